/* The kernels as a Python module. It checks the types of arrays, and releases the GIL during calls.

   A signature lists the parameters of a kernel, or the members of a struct, in order:

       u1 u2 u4 u8 i2 i4 i8 f4   a C-contiguous array: u(nsigned), i(nteger), f(loat), bytes per item
       u1! ...                the same, and the kernel writes to it
       n, x                   an integer, a double
       Sprites ...            a struct made by `pack` */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels/kernels.h"

#define MOST_PARAMETERS 20
#define MOST_NAME 16

/* A parameter of a kernel, or a member of a struct: always 8 bytes. */
typedef union {
    i64 n;
    double x;
    void *at;
} Value;

typedef struct {
    const char *name, *signature;
    i64 (*call)(const Value *v);
} Kernel;

typedef struct {
    const char *name, *signature;
    size_t size;
} Layout;

/* A struct, and the buffers of the arrays that it points to. */
typedef struct {
    Value members[MOST_PARAMETERS];
    Py_buffer buffers[MOST_PARAMETERS];
    i64 count;
} Packed;

#define DEFINE(name, signature, expression) \
    static i64 call_##name(const Value *v) { return expression; }
KERNELS(DEFINE)
#define ENTRY(name, signature, expression) {#name, signature, call_##name},
static const Kernel KERNEL_TABLE[] = {KERNELS(ENTRY)};
#define LAYOUT(name, signature) {#name, signature, sizeof(name)},
static const Layout LAYOUTS[] = {STRUCTS(LAYOUT)};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Copy the next word of a signature to `word`; return the rest of the signature. */
static const char *next_word(const char *signature, char *word) {
    while (*signature && *signature != ' ') *word++ = *signature++;
    *word = 0;
    return *signature ? signature + 1 : signature;
}

/* Return true if the items of a buffer have the type that `word` names. */
static bool is_of_type(const Py_buffer *buffer, const char *word) {
    static const char *const FORMATS[] = {"uBHILQ?", "ibhilq", "ffd"};
    char format = buffer->format ? buffer->format[0] : 'B';
    for (size_t k = 0; k < COUNT(FORMATS); k++)
        if (FORMATS[k][0] == word[0])
            return strchr(FORMATS[k] + 1, format) && buffer->itemsize == word[1] - '0';
    return false;
}

/* Convert an argument to the type that `word` names; an array's buffer is held in `buffer`. */
static bool take(PyObject *argument, const char *word, Value *value, Py_buffer *buffer) {
    if (!strcmp(word, "n")) {
        value->n = PyLong_AsLongLong(argument);
        return !(value->n == -1 && PyErr_Occurred());
    }
    if (!strcmp(word, "x")) {
        value->x = PyFloat_AsDouble(argument);
        return !(value->x == -1.0 && PyErr_Occurred());
    }
    if (word[0] >= 'A' && word[0] <= 'Z') {
        Packed *packed = PyCapsule_GetPointer(argument, NULL);
        for (size_t k = 0; k < COUNT(LAYOUTS); k++)
            if (packed && !strcmp(LAYOUTS[k].name, word) &&
                PyCapsule_GetContext(argument) == (void *)&LAYOUTS[k]) {
                value->at = packed->members;
                return true;
            }
        PyErr_Format(PyExc_TypeError, "expected the struct %s", word);
        return false;
    }
    int flags = PyBUF_FORMAT | PyBUF_C_CONTIGUOUS | (word[2] == '!' ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(argument, buffer, flags)) return false;
    value->at = buffer->buf;
    if (is_of_type(buffer, word)) return true;
    PyErr_Format(PyExc_TypeError, "expected an array of %s, got one of '%s'", word, buffer->format);
    return false;
}

static void release(Py_buffer *buffers, i64 count) {
    for (i64 k = 0; k < count; k++)
        if (buffers[k].obj) PyBuffer_Release(&buffers[k]);
}

/* Convert all arguments of a signature; return false, and hold nothing, if one does not fit. */
static bool take_all(PyObject *const *arguments, Py_ssize_t count, const char *signature,
                     Value *values, Py_buffer *buffers) {
    char word[MOST_NAME];
    Py_ssize_t k = 0;
    for (; *signature && k < count; k++) {
        signature = next_word(signature, word);
        buffers[k].obj = NULL;
        if (!take(arguments[k], word, &values[k], &buffers[k])) {
            release(buffers, k + 1);
            return false;
        }
    }
    if (!*signature && k == count) return true;
    PyErr_Format(PyExc_TypeError, "got %zd arguments; \"%s\" are missing", count, signature);
    release(buffers, k);
    return false;
}

/* Call a kernel with arrays and numbers; return its result. */
static PyObject *call_kernel(PyObject *self, PyObject *const *arguments, Py_ssize_t count) {
    const Kernel *kernel = PyCapsule_GetPointer(self, NULL);
    Value values[MOST_PARAMETERS];
    Py_buffer buffers[MOST_PARAMETERS];
    if (!kernel || !take_all(arguments, count, kernel->signature, values, buffers)) return NULL;
    i64 result;
    Py_BEGIN_ALLOW_THREADS;
    result = kernel->call(values);
    Py_END_ALLOW_THREADS;
    release(buffers, count);
    return PyLong_FromLongLong(result);
}

static void free_packed(PyObject *capsule) {
    Packed *packed = PyCapsule_GetPointer(capsule, NULL);
    release(packed->buffers, packed->count);
    PyMem_Free(packed);
}

/* pack(name, *members): return a struct of numbers and arrays; it holds references to them. */
static PyObject *pack(PyObject *Py_UNUSED(self), PyObject *const *arguments, Py_ssize_t count) {
    const Layout *layout = NULL;
    for (size_t k = 0; k < COUNT(LAYOUTS) && count > 0; k++)
        if (!PyUnicode_CompareWithASCIIString(arguments[0], LAYOUTS[k].name)) layout = &LAYOUTS[k];
    if (!layout) return PyErr_Format(PyExc_TypeError, "there is no such struct");
    Packed *packed = PyMem_Calloc(1, sizeof *packed);
    if (!packed) return PyErr_NoMemory();
    packed->count = count - 1;
    if (count - 1 > MOST_PARAMETERS || (size_t)(count - 1) * sizeof(Value) != layout->size ||
        !take_all(arguments + 1, count - 1, layout->signature, packed->members, packed->buffers)) {
        if (!PyErr_Occurred()) PyErr_Format(PyExc_TypeError, "expected %s", layout->signature);
        PyMem_Free(packed);
        return NULL;
    }
    PyObject *capsule = PyCapsule_New(packed, NULL, free_packed);
    if (capsule) PyCapsule_SetContext(capsule, (void *)layout);
    return capsule;
}

/* Return the x86-64 level (4, 3 or 1) of the widest build for this CPU; 0 on other CPUs. */
static PyObject *level(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none)) {
    long found = 0;
#ifdef __x86_64__
    __builtin_cpu_init();
    found = 1;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma")) {
        found = 3;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl"))
            found = 4;
    }
#endif
    return PyLong_FromLong(found);
}

static PyMethodDef FUNCTIONS[] = {
    {"pack", (PyCFunction)(void (*)(void))pack, METH_FASTCALL, NULL},
    {"level", level, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

/* Add all kernels to the module. */
static int add_kernels(PyObject *module) {
    static PyMethodDef methods[COUNT(KERNEL_TABLE)];
    for (size_t k = 0; k < COUNT(KERNEL_TABLE); k++) {
        const Kernel *kernel = &KERNEL_TABLE[k];
        methods[k] = (PyMethodDef){kernel->name, (PyCFunction)(void (*)(void))call_kernel,
                                   METH_FASTCALL, kernel->signature};
        PyObject *self = PyCapsule_New((void *)kernel, NULL, NULL);
        PyObject *function = self ? PyCFunction_NewEx(&methods[k], self, NULL) : NULL;
        Py_XDECREF(self);
        if (!function || PyModule_AddObjectRef(module, kernel->name, function)) return -1;
        Py_DECREF(function);
    }
    return 0;
}

static PyModuleDef_Slot SLOTS_OF_MODULE[] = {{Py_mod_exec, (void *)add_kernels}, {0, NULL}};
static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "kernels", NULL, 0, FUNCTIONS,
                                    SLOTS_OF_MODULE, NULL, NULL, NULL};

PyMODINIT_FUNC INIT_MODULE(void) { return PyModuleDef_Init(&MODULE); }

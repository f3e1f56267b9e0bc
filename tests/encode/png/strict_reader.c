/* Reads PNGs with libpng at its strictest: every warning, benign error and bad checksum fails. */

#include <png.h>
#include <stdio.h>
#include <stdlib.h>

static void refuse(png_structp png, png_const_charp message)
{
    fprintf(stderr, "%s: %s\n", (const char *)png_get_error_ptr(png), message);
    exit(1);
}

static void read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, (void *)path, refuse, refuse);
    png_infop info = png_create_info_struct(png);

    if (file == NULL)
        png_error(png, "cannot be opened");
    png_set_benign_errors(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    if (fgetc(file) != EOF)
        png_error(png, "goes on after its end");
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
}

int main(int count, char **paths)
{
    for (int k = 1; k < count; k++)
        read_file(paths[k]);
    printf("%d read\n", count - 1);
    return 0;
}

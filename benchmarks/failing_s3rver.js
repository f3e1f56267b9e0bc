// The S3 server s3rver, which refuses every n-th request: its arguments are a file for its address,
// n, and a folder for what it keeps. `npm install s3rver` finds a place for it; NODE_PATH names that.
const fs = require("fs");
const http = require("http");
const S3rver = require("s3rver");

const [file, every, directory] = process.argv.slice(2);
const store = new S3rver({
  directory,
  silent: true,
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: "bucket" }],
});
let number = 0;

store.configureBuckets().then(() => {
  const answer = store.callback();
  const server = http.createServer((request, response) => {
    number += 1;
    if (number % Number(every)) return answer(request, response);
    request.resume();
    request.on("end", () => response.writeHead(503, { "Content-Length": 0 }).end());
  });
  server.listen(0, "127.0.0.1", () => {
    fs.writeFileSync(file, `http://127.0.0.1:${server.address().port}`);
  });
});

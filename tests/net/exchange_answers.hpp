// Answers of providers as bytes, and what is to be made of each.
#pragma once

#include <string>
#include <vector>

namespace headgate::test {

struct Answer {
  std::string name;
  std::string bytes;
  int status = 0;  // 0: it is refused
  std::string body{};
  std::size_t extra = 0;   // bytes behind the end of the answer
  bool keeps_open = true;  // the connection can be used again when nothing lies behind
  bool until_close = false;

  std::size_t size() const { return bytes.size() - extra; }
};

inline const std::vector<Answer>& good_answers() {
  static const std::string interim = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
  static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  static const std::string plain = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
  static const std::vector<Answer> answers{
      {"sized", plain, 200, "hello"},
      {"sized and empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""},
      {"an error with a body", "HTTP/1.1 503 Busy\r\ncontent-length: 4\r\nretry-after: 1\r\n\r\nbusy", 503, "busy"},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"204 that announces chunks", "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n", 204, ""},
      {"304 with the length of something else", "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n", 304, ""},
      {"chunked", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 200,
       "hello world"},
      {"chunked and empty", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 200, ""},
      {"chunked with extensions and trailers",
       "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n05;a=b\r\nhello\r\n000;c\r\nx-a: b\r\n\r\n", 200, "hello"},
      {"after interim answers", interim + go_on + plain, 200, "hello"},
      {"after as many interim answers as are allowed",
       go_on + go_on + go_on + go_on + go_on + go_on + go_on + go_on + plain, 200, "hello"},
      {"sized, with bytes behind", plain + "HTTP/1.1 200 OK\r\n", 200, "hello", 17},
      {"chunked, with a byte behind", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nX", 200,
       "hi", 1},
      {"connection: close", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi", 200, "hi", 0, false},
      {"HTTP/1.0 with a length", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi", 200, "hi", 0, false},
      {"HTTP/1.0 that keeps alive", "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nhi", 200,
       "hi"},
      {"HTTP/1.0 until close", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello", 0, false, true},
      {"HTTP/1.1 until close", "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nhello\r\n", 200, "hello\r\n", 0,
       false, true},
  };
  return answers;
}

inline const std::vector<Answer>& bad_answers() {
  static const std::string chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  static const std::vector<Answer> answers{
      {"nothing", ""},
      {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"HTTP/0.9", "<html>hello</html>"},
      {"HTTP/2.0", "HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n"},
      {"bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 0\n\n"},
      {"a folded field", "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n"},
      {"a blank before a colon", "HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n"},
      {"status out of range", "HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n"},
      {"protocol switch", "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n"},
      {"too many interim answers",
       go_on + go_on + go_on + go_on + go_on + go_on + go_on + go_on + go_on + "HTTP/1.1 204 No\r\n\r\n"},
      {"two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nhi"},
      {"length and chunks",
       "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
      {"a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nhi"},
      {"an absurd length", "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nhi"},
      {"shorter than its length", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello"},
      {"gzip framing", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"chunk size that is no number", chunked + "five\r\nhello\r\n0\r\n\r\n"},
      {"chunk size with a sign", chunked + "+5\r\nhello\r\n0\r\n\r\n"},
      {"chunk size without end", chunked + "fffffffffffffffff\r\nhello"},
      {"chunk longer than its size", chunked + "2\r\nhello\r\n0\r\n\r\n"},
      {"chunk with bare line feeds", chunked + "2\nhi\n0\n\n"},
      {"chunks without the last", chunked + "2\r\nhi\r\n"},
      {"last chunk without its blank line", chunked + "2\r\nhi\r\n0\r\n"},
      {"trailer that is no field", chunked + "0\r\n(x\r\n\r\n"},
  };
  return answers;
}

}  // namespace headgate::test

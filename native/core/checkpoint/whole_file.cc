#include "checkpoint/whole_file.h"

#include "file_io.h"
#include "load_error.h"

namespace abstractllm {

Result<std::string> ReadWholeFile(const std::string& path_utf8, uint64_t limit) {
  if (DescribePath(path_utf8).kind == PathKind::kMissing) {
    return Status::Error(Code::kModelNotFound, "There is no file at \"" + path_utf8 + "\".",
                         {{"path", path_utf8}});
  }
  InputFile file;
  if (!file.Open(path_utf8)) {
    return CannotLoad(path_utf8, "it cannot be opened", "Make it readable.");
  }
  if (file.size() > limit) {
    return CannotLoad(path_utf8, "it has " + std::to_string(file.size()) + " bytes, too many",
                      kGetAgain);
  }
  std::string bytes(static_cast<size_t>(file.size()), '\0');
  if (!file.Read(bytes.data(), bytes.size())) {
    return CannotLoad(path_utf8, "it cannot be read", "Check the file and its disk.");
  }
  return bytes;
}

}  // namespace abstractllm

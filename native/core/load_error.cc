#include "load_error.h"

#include <utility>
#include <vector>

#include "utf8.h"

namespace abstractllm {

std::string Show(const std::string& name) {
  constexpr size_t kMaxShown = 100;
  std::string shown = name.substr(0, kMaxShown);
  if (name.size() > kMaxShown) shown.resize(shown.size() - IncompleteUtf8Suffix(shown));
  shown = SanitizeUtf8(shown);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return '"' + shown + (name.size() > kMaxShown ? "...\"" : "\"");
}

Status NoMemoryToLoad(const std::string& path) {
  return Status::Error(
      Code::kResource, "There is not enough memory to load " + path + ".",
      {{"path", path},
       {"device", std::string("cpu")},
       {"remedies", std::vector<std::string>{
                        "Free some memory.",
                        "Use a model with fewer parameters, or a smaller quantisation."}}});
}

Status CannotLoad(const std::string& path, const std::string& what, const std::string& remedy,
                  Details details) {
  details.insert(details.begin(), {"path", path});
  return Status::Error(Code::kModelLoading, "Cannot load \"" + path + "\": " + what + ". " + remedy,
                       std::move(details));
}

}  // namespace abstractllm

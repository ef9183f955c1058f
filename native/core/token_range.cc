#include "token_range.h"

namespace abstractllm {
namespace {

bool InVocabulary(int32_t token, int32_t vocabulary_size) {
  return token >= 0 && token < vocabulary_size;
}

Status OutOfRange(int32_t token, const std::string& where, int32_t vocabulary_size,
                  const std::string& parameter) {
  const std::string allowed = "0 to " + std::to_string(vocabulary_size - 1);
  return Status::Error(
      Code::kInvalidParameter,
      parameter + " has the token id " + std::to_string(token) + where +
          ", which is outside the vocabulary (" + allowed + ").",
      {{"parameter", parameter}, {"value", static_cast<int64_t>(token)}, {"allowed", allowed}});
}

}  // namespace

Status CheckToken(int32_t token, int32_t vocabulary_size, const std::string& parameter) {
  if (InVocabulary(token, vocabulary_size)) return Status::Ok();
  return OutOfRange(token, "", vocabulary_size, parameter);
}

Status CheckTokens(const std::vector<int32_t>& tokens, int32_t vocabulary_size,
                   const std::string& parameter) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (InVocabulary(tokens[i], vocabulary_size)) continue;
    return OutOfRange(tokens[i], " at index " + std::to_string(i), vocabulary_size, parameter);
  }
  return Status::Ok();
}

}  // namespace abstractllm

// Checks on a Status, shared by the tests of GGUF files.
#pragma once

#include <string>

#include "check.h"
#include "status.h"

namespace abstractllm::test {

inline void CheckFailure(const Status& status, Code code, const std::string& fragment,
                         const char* file, int line) {
  if (status.code == code && status.message.find(fragment) != std::string::npos) return;
  Fail(file, line,
       std::string("expected ") + CodeName(code) + " with \"" + fragment +
           "\"\n    got:      " + CodeName(status.code) + " with \"" + status.message + "\"");
}

template <typename T>
void CheckFailure(const Result<T>& result, Code code, const std::string& fragment, const char* file,
                  int line) {
  CheckFailure(result.ok() ? Status::Ok() : result.status(), code, fragment, file, line);
}

// The value of a text among a Status's details; empty if there is none.
inline std::string DetailText(const Status& status, const std::string& name) {
  for (const auto& [key, value] : status.details) {
    if (key != name) continue;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
  }
  return "";
}

}  // namespace abstractllm::test

// `fragment` must be part of the message.
#define EXPECT_FAILURE(outcome, code, fragment) \
  ::abstractllm::test::CheckFailure(outcome, code, fragment, __FILE__, __LINE__)

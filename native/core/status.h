// How the core reports failure. Nothing throws out of the core: exceptions of the
// engine and of the standard library end in a Status at the nearest boundary.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "codes.h"
#include "may_be_valueless.h"

namespace abstractllm {

using DetailValue =
    std::variant<std::string, int64_t, double, bool, std::vector<std::string>, MayBeValueless>;
using Details = std::vector<std::pair<std::string, DetailValue>>;

// Outcome of an operation: a code, a sentence for people, details for programs.
// Detail names are those that TypeScript shows (snake_case).
struct Status {
  Code code = Code::kOk;
  std::string message;
  Details details;

  bool ok() const { return code == Code::kOk; }

  static Status Ok() { return {}; }
  static Status Error(Code code, std::string message, Details details = {}) {
    assert(code != Code::kOk);
    return {code, std::move(message), std::move(details)};
  }
  static Status Aborted() { return {Code::kAborted, "The call was aborted.", {}}; }
};

// A value or the Status that explains its absence.
template <typename T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}        // NOLINT: implicit on purpose
  Result(Status status) : state_(std::move(status)) {  // NOLINT: implicit on purpose
    assert(!this->status().ok());
  }

  bool ok() const { return std::holds_alternative<T>(state_); }
  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  const Status& status() const { return std::get<Status>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace abstractllm

// Rules that a simulation found broken. The first one is what matters: the rest follows.
#pragma once

#include <string>
#include <utility>

namespace abstractllm::test {

class Faults {
 public:
  bool any() const { return !first_.empty(); }
  const std::string& first() const { return first_; }
  void Add(std::string fault) {
    if (first_.empty()) first_ = std::move(fault);
  }
  // `rule` says what should hold.
  void Expect(bool holds, const char* rule) {
    if (!holds) Add(rule);
  }
  template <typename A, typename B>
  void ExpectEqual(const A& got, const B& expected, const char* rule) {
    if (got == expected) return;
    Add(std::string(rule) + ": " + std::to_string(got) + " instead of " + std::to_string(expected));
  }

 private:
  std::string first_;
};

}  // namespace abstractllm::test

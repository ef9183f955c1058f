// A test harness small enough to read: TEST registers, CHECK reports and goes on.
#pragma once

#include <functional>
#include <sstream>
#include <string>

namespace abstractllm::test {

// Registers a test at static initialisation; names are unique sentences.
struct Registration {
  Registration(const char* name, std::function<void()> body);
};

// Records a failure of the running test. Thread: any.
void Fail(const char* file, int line, const std::string& message);

template <typename A, typename B>
void CheckEqual(const A& a, const B& b, const char* expression, const char* file, int line) {
  if (a == b) return;
  std::ostringstream message;
  message << expression << "\n    got:      " << a << "\n    expected: " << b;
  Fail(file, line, message.str());
}

}  // namespace abstractllm::test

#define ABSTRACTLLM_CONCAT_INNER(a, b) a##b
#define ABSTRACTLLM_CONCAT(a, b) ABSTRACTLLM_CONCAT_INNER(a, b)

#define TEST(name)                                                                                \
  static void ABSTRACTLLM_CONCAT(TestBody, __LINE__)();                                           \
  static const ::abstractllm::test::Registration ABSTRACTLLM_CONCAT(test_registration, __LINE__)( \
      name, ABSTRACTLLM_CONCAT(TestBody, __LINE__));                                              \
  static void ABSTRACTLLM_CONCAT(TestBody, __LINE__)()

#define CHECK(condition) \
  ((condition) ? (void)0 : ::abstractllm::test::Fail(__FILE__, __LINE__, #condition))
#define CHECK_EQ(a, b) ::abstractllm::test::CheckEqual(a, b, #a " == " #b, __FILE__, __LINE__)
// Ends the test when what follows would be undefined behaviour.
#define REQUIRE(condition)                                       \
  do {                                                           \
    if (!(condition)) {                                          \
      ::abstractllm::test::Fail(__FILE__, __LINE__, #condition); \
      return;                                                    \
    }                                                            \
  } while (0)

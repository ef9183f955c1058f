#pragma once

namespace abstractllm {

// An alternative for std::variant that no value ever has. libstdc++ 12 takes a variant of
// nothing but strings, vectors and plain types for one that always has a value, and so, where
// copying one runs out of memory, destroys the value that is not there yet: the process ends.
// Beside this type it looks first. Later versions of libstdc++ may do without.
struct MayBeValueless {
  MayBeValueless() = delete;
  MayBeValueless(const MayBeValueless& /*other*/) noexcept {}
  MayBeValueless& operator=(const MayBeValueless& /*other*/) noexcept { return *this; }
  bool operator==(const MayBeValueless& /*other*/) const { return true; }
};

}  // namespace abstractllm

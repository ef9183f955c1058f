// Fuzzing of the GGUF checks, in two forms from one file (Linux):
//  * with -fsanitize=fuzzer: coverage-guided. ABSTRACTLLM_FUZZ_LOAD=1 in the environment
//    also loads what passes the checks.
//  * with -DABSTRACTLLM_FUZZ_MAIN: a program that mutates given files and probes each in
//    a child process, so that it survives and counts every way in which the engine dies.
//      fuzz_gguf_children [--unchecked] [--no-net] [--no-memory-limit] [--seconds N] [--seed N]
//          [--keep folder] file...
//      fuzz_gguf_children --corpus folder      writes seeds and ends
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gguf_builder.h"
#include "gguf_mutator.h"
#include "gguf_probe.h"

namespace abstractllm::test {
namespace {

// A file in memory with `bytes` at its beginning and holes up to `size`.
class MemoryFile {
 public:
  MemoryFile(const void* bytes, size_t count, uint64_t size)
      : descriptor_(memfd_create("fuzz.gguf", 0)) {
    usable_ = descriptor_ >= 0 && write(descriptor_, bytes, count) == static_cast<ssize_t>(count) &&
              ftruncate(descriptor_, static_cast<off_t>(size)) == 0;
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool usable() const { return usable_; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
  bool usable_ = false;
};

}  // namespace
}  // namespace abstractllm::test

using namespace abstractllm::test;  // NOLINT: the entry points below are not ours to name

#ifndef ABSTRACTLLM_FUZZ_MAIN

// Room for the tensors' data: inputs hold the header only.
constexpr uint64_t kDataBytes = uint64_t{1} << 24;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool load = std::getenv("ABSTRACTLLM_FUZZ_LOAD") != nullptr;
  // Headers end on even offsets, so most inputs have room for data.
  const uint64_t length = size % 2 == 0 ? size + kDataBytes : size;
  const MemoryFile file(data, size, length);
  if (!file.usable()) return 0;
  std::string reason;
  ProbeGguf(file.path(), {/*validate=*/true, load, /*net=*/true}, &reason);
  return 0;
}

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  if (seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  GgufMutator mutator(seed);
  uint64_t length = 0;
  const std::string mutated =
      mutator.Mutate(std::string(reinterpret_cast<const char*>(data), size), &length);
  if (mutated.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, mutated.data(), mutated.size());
  return mutated.size();
}

#else

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <vector>

#include "ggml.h"

namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 30;
constexpr rlim_t kMaxAddressSpace = rlim_t{8} << 30;
constexpr unsigned kMaxSeconds = 60;

// Without this, ggml starts a debugger to print a backtrace.
void OnAbort(const char* message) { std::fprintf(stderr, "%s\n", message); }

struct Options {
  bool validate = true;
  bool net = true;
  bool limit_memory = true;
  double seconds = 60;
  uint32_t seed = 1;
  std::string keep;
  std::vector<std::string> files;
};

std::string ReadAll(const std::string& path) {
  std::string bytes;
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    char block[65536];
    while (const size_t count = std::fread(block, 1, sizeof block, file))
      bytes.append(block, count);
    std::fclose(file);
  }
  return bytes;
}

struct Outcome {
  int status = 0;     // of the child: 0 loaded, 1 refused by the engine, 2 rejected
  std::string words;  // the first line that it wrote to stderr
};

Outcome ProbeInChild(const MemoryFile& file, const Options& options) {
  const int words = memfd_create("stderr", 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(words, STDERR_FILENO);
    alarm(kMaxSeconds);
    if (options.limit_memory) {
      const rlimit limit = {kMaxAddressSpace, kMaxAddressSpace};
      setrlimit(RLIMIT_AS, &limit);
    }
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    ggml_set_abort_callback(OnAbort);
    std::string reason;
    const ProbeResult result =
        ProbeGguf(file.path(), {options.validate, true, options.net}, &reason);
    _exit(result == ProbeResult::kLoaded ? 0 : result == ProbeResult::kRefusedByEngine ? 1 : 2);
  }
  Outcome outcome;
  waitpid(child, &outcome.status, 0);
  char text[512];
  const ssize_t size = pread(words, text, sizeof text, 0);
  close(words);
  if (size > 0) outcome.words.assign(text, static_cast<size_t>(size));
  outcome.words.resize(std::min(outcome.words.find('\n'), outcome.words.size()));
  return outcome;
}

// What makes two deaths the same: the assertion, or else the signal.
std::string Signature(const Outcome& outcome) {
  if (!outcome.words.empty()) return outcome.words;
  if (WIFSIGNALED(outcome.status)) {
    return std::string("signal ") + strsignal(WTERMSIG(outcome.status));
  }
  return "exit " + std::to_string(WEXITSTATUS(outcome.status));
}

bool Died(int status) { return !WIFEXITED(status) || WEXITSTATUS(status) > 2; }

void Run(const Options& options) {
  struct Death {
    uint64_t count = 0;
    std::string example;
  };
  std::map<std::string, Death> deaths;
  uint64_t outcomes[3] = {};
  uint64_t runs = 0;
  std::vector<std::string> seeds;
  for (const std::string& path : options.files) {
    uint64_t size = 0;
    seeds.push_back(GgufMutator(0).Header(ReadAll(path), &size));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (uint32_t seed = options.seed; elapsed() < options.seconds; ++seed, ++runs) {
    const size_t index = seed % seeds.size();
    GgufMutator mutator(seed);
    uint64_t size = 0;
    const std::string bytes = mutator.Mutate(seeds[index], &size);
    if (size > kMaxFileBytes) size = bytes.size();
    const MemoryFile file(bytes.data(), bytes.size(), size);
    if (!file.usable()) continue;
    const Outcome outcome = ProbeInChild(file, options);
    if (!Died(outcome.status)) {
      ++outcomes[WEXITSTATUS(outcome.status)];
      continue;
    }
    Death& death = deaths[Signature(outcome)];
    if (++death.count > 1) continue;
    death.example =
        options.files[index] + ", seed " + std::to_string(seed) + ":" + mutator.description();
    std::printf("NEW %s\n    %s\n", Signature(outcome).c_str(), death.example.c_str());
    std::fflush(stdout);
    if (options.keep.empty()) continue;
    const std::string kept = options.keep + "/death-" + std::to_string(seed) + ".gguf";
    if (WriteBytes(kept, bytes)) (void)!truncate(kept.c_str(), static_cast<off_t>(size));
  }
  std::printf("\n%llu runs in %.0f s: %llu loaded, %llu refused by the engine, %llu rejected\n",
              static_cast<unsigned long long>(runs), elapsed(),
              static_cast<unsigned long long>(outcomes[0]),
              static_cast<unsigned long long>(outcomes[1]),
              static_cast<unsigned long long>(outcomes[2]));
  for (const auto& [signature, death] : deaths) {
    std::printf("%6llu  %s\n        %s\n", static_cast<unsigned long long>(death.count),
                signature.c_str(), death.example.c_str());
  }
}

// Headers only: the data of the tensors teaches a fuzzer nothing.
int WriteCorpus(const std::string& folder, const std::vector<std::string>& files) {
  TinyLlama sentence_piece;
  sentence_piece.vocabulary = TinyLlama::Vocabulary::kSentencePiece;
  sentence_piece.chat_template = "{{ messages }}";
  bool ok =
      WriteBytes(folder + "/byte_pair.gguf", BuildTinyLlama().BuildHeader()) &&
      WriteBytes(folder + "/sentence_piece.gguf", BuildTinyLlama(sentence_piece).BuildHeader());
  for (const std::string& path : files) {
    uint64_t size = 0;
    const std::string bytes = GgufMutator(1).Header(ReadAll(path), &size);
    ok = WriteBytes(folder + '/' + path.substr(path.rfind('/') + 1), bytes) && ok;
  }
  return ok ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string corpus;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (argument == "--unchecked") {
      options.validate = false;
    } else if (argument == "--no-net") {
      options.net = false;  // as if the package had no EngineAssertionScope
    } else if (argument == "--no-memory-limit") {
      options.limit_memory = false;  // AddressSanitizer reserves terabytes
    } else if (argument == "--seconds") {
      options.seconds = std::atof(value), ++i;
    } else if (argument == "--seed") {
      options.seed = static_cast<uint32_t>(std::atoi(value)), ++i;
    } else if (argument == "--keep") {
      options.keep = value, ++i;
    } else if (argument == "--corpus") {
      corpus = value, ++i;
    } else {
      options.files.push_back(argument);
    }
  }
  if (!corpus.empty()) return WriteCorpus(corpus, options.files);
  if (options.files.empty()) return 2;
  if (options.files.size() == 1 && options.seconds <= 0) {
    std::string reason;
    const ProbeResult result =
        ProbeGguf(options.files[0], {options.validate, true, options.net}, &reason);
    std::printf("%d %s\n", static_cast<int>(result), reason.c_str());
    return 0;
  }
  Run(options);
  return 0;
}

#endif

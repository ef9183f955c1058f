// Where the engine's messages go. llama.cpp and ggml log through one process-wide
// callback; this file gives every thread of ours its own destination instead, so
// that messages reach the model that caused them, or nobody.
#pragma once

#include <functional>
#include <string>

namespace abstractllm {

enum class LogLevel { kNone, kError, kWarn, kInfo, kDebug };

const char* LogLevelName(LogLevel level);
// kNone for an unknown name.
LogLevel LogLevelFromName(const std::string& name);

using LogFunction = std::function<void(LogLevel level, const std::string& text)>;

// Takes over the engine's loggers. Thread: any; happens once per process.
void InstallEngineLog();

// While it lives, messages logged on this thread up to `level` go to `function`.
// Scopes nest. Thread: construct and destroy on the same thread.
class LogScope {
 public:
  LogScope(LogLevel level, LogFunction function);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  friend void WriteLog(LogLevel level, const char* text);
  LogLevel level_;
  LogFunction function_;
  LogScope* outer_;
};

// Collects what the engine says went wrong on this thread, whatever the log level:
// llama.cpp reports most reasons only this way.
class ErrorCapture {
 public:
  ErrorCapture();
  ~ErrorCapture();
  ErrorCapture(const ErrorCapture&) = delete;
  ErrorCapture& operator=(const ErrorCapture&) = delete;

  // Error lines so far, without the "function: " prefixes, joined with "; ".
  std::string Text() const { return text_; }

 private:
  friend void WriteLog(LogLevel level, const char* text);
  std::string text_;
  ErrorCapture* outer_;
};

// Entry point for the engine's callbacks (engine_log.cc). Thread: any.
void WriteLog(LogLevel level, const char* text);

}  // namespace abstractllm

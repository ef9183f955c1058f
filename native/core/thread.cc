#include "thread.h"

#include <cassert>
#include <memory>

#ifdef _WIN32
#define NOMINMAX
#include <process.h>
#include <windows.h>
#else
#include <pthread.h>
#include <sys/resource.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <pthread/qos.h>
#endif
#endif

namespace abstractllm {
namespace {

struct Entry {
  std::string name;
  std::function<void()> body;
};

}  // namespace

#ifdef _WIN32

struct Thread::Handle {
  HANDLE value;
};

static unsigned __stdcall RunThread(void* argument) {
  std::unique_ptr<Entry> entry(static_cast<Entry*>(argument));
  entry->body();
  return 0;
}

bool Thread::Start(const std::string& name, size_t stack_bytes, std::function<void()> body) {
  assert(handle_ == nullptr);
  auto entry = std::make_unique<Entry>(Entry{name, std::move(body)});
  auto handle = std::make_unique<Handle>();
  const uintptr_t value = _beginthreadex(nullptr, static_cast<unsigned>(stack_bytes), RunThread,
                                         entry.get(), STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (value == 0) return false;
  entry.release();
  handle->value = reinterpret_cast<HANDLE>(value);
  handle_ = handle.release();
  return true;
}

void Thread::Join() {
  WaitForSingleObject(handle_->value, INFINITE);
  CloseHandle(handle_->value);
  delete handle_;
  handle_ = nullptr;
}

void LowerThreadPriority() { SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL); }

#else

struct Thread::Handle {
  pthread_t value;
};

static void* RunThread(void* argument) {
  std::unique_ptr<Entry> entry(static_cast<Entry*>(argument));
#if defined(__linux__)
  pthread_setname_np(pthread_self(), entry->name.c_str());
#elif defined(__APPLE__)
  pthread_setname_np(entry->name.c_str());
#endif
  entry->body();
  return nullptr;
}

bool Thread::Start(const std::string& name, size_t stack_bytes, std::function<void()> body) {
  assert(handle_ == nullptr);
  auto entry = std::make_unique<Entry>(Entry{name, std::move(body)});
  auto handle = std::make_unique<Handle>();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  const int error = pthread_create(&handle->value, &attributes, RunThread, entry.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) return false;
  entry.release();
  handle_ = handle.release();
  return true;
}

void Thread::Join() {
  pthread_join(handle_->value, nullptr);
  delete handle_;
  handle_ = nullptr;
}

void LowerThreadPriority() {
#if defined(__linux__)
  // On Linux niceness belongs to the thread, and new threads inherit it.
  constexpr int kNiceness = 3;
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceness);
#elif defined(__APPLE__)
  pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
#endif
}

#endif

Thread::~Thread() { assert(handle_ == nullptr); }

}  // namespace abstractllm

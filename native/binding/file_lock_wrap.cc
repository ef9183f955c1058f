#include "file_lock_wrap.h"

#include <memory>

#include "file_lock.h"

namespace abstractllm {
namespace {

// Empty once it is released.
struct HeldLock {
  std::unique_ptr<FileLock> lock;
};

constexpr napi_type_tag kTag = {0x6f0c5a3b1d2e4f78, 0x9a41c7d3e85b2f06};

}  // namespace

Napi::Value TryLockFileJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "expected a string");
  Result<std::unique_ptr<FileLock>> taken =
      FileLock::TryTake(info[0].As<Napi::String>().Utf8Value());
  if (!taken.ok()) return Napi::String::New(env, taken.status().message);
  if (taken.value() == nullptr) return Napi::Boolean::New(env, false);
  auto held = std::make_unique<HeldLock>(HeldLock{std::move(taken.value())});
  auto external = Napi::External<HeldLock>::New(
      env, held.get(), [](Napi::BasicEnv, HeldLock* data) { delete data; });
  held.release();
  external.TypeTag(&kTag);
  return external;
}

Napi::Value UnlockFileJs(const Napi::CallbackInfo& info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "expected a lock");
  const auto external = info[0].As<Napi::External<HeldLock>>();
  if (!external.CheckTypeTag(&kTag)) throw Napi::TypeError::New(info.Env(), "expected a lock");
  external.Data()->lock.reset();
  return info.Env().Undefined();
}

}  // namespace abstractllm

// A file's lock as an object of JavaScript, which holds it until it is released, collected,
// or its environment ends.
#pragma once

#include "napi_setup.h"

namespace abstractllm {

// tryLockFile(path): the lock; false when somebody else has it; a text when there can be none.
Napi::Value TryLockFileJs(const Napi::CallbackInfo& info);

// unlockFile(lock): releases it; a second time does nothing.
Napi::Value UnlockFileJs(const Napi::CallbackInfo& info);

}  // namespace abstractllm

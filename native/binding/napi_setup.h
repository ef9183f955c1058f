// The one way to include Node-API: the definitions below change what the C++ wrapper
// does, so every file of the binding must agree on them. They are set in CMakeLists.txt.
#pragma once

#include <napi.h>

#if !defined(NODE_ADDON_API_CPP_EXCEPTIONS_ALL) || !defined(NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS)
#error "Build the binding through native/binding/CMakeLists.txt."
#endif

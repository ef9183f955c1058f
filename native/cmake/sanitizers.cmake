# Sanitizers apply to the engine as well: a report inside ggml caused by our
# arguments is our bug. cmake-js overrides CXXFLAGS, hence an option of our own.
if(ABSTRACTLLM_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
elseif(ABSTRACTLLM_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=thread)
elseif(NOT ABSTRACTLLM_SANITIZE STREQUAL "")
  message(FATAL_ERROR "ABSTRACTLLM_SANITIZE is '${ABSTRACTLLM_SANITIZE}': use address or thread")
endif()

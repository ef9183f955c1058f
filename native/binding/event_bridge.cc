#include "event_bridge.h"

#include "event_to_js.h"

namespace abstractllm {
namespace {

// A result beyond JavaScript's limits (a string of 2^29 characters) fails its own job
// only, not the others that share the batch.
Napi::Object EventOrFailureToJs(Napi::Env env, const ModelEvent& event) {
  try {
    return EventToJs(env, event.model, event.event);
  } catch (const Napi::Error& error) {
    const Status status = Status::Error(
        Code::kResource, "The result is too large for JavaScript: " + error.Message());
    return EventToJs(env, event.model, {event.event.job, FailedEvent{status}});
  }
}

}  // namespace

EventBridge::EventBridge(Napi::Env env, std::function<void(ModelId, JobId)> on_settled)
    : env_(env), on_settled_(std::move(on_settled)) {}

void EventBridge::SetHandler(const Napi::Function& handler) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (open_) throw Napi::Error::New(env_, "The event handler is already set.");
  channel_ = Channel::New(env_, handler, "abstractllm", /*maxQueueSize=*/0,
                          /*initialThreadCount=*/1, this);
  // Created referenced; an idle provider must not keep the process alive.
  channel_.Unref(env_);
  open_ = true;
}

void EventBridge::KeepAliveFor(JobId job) {
  if (keeping_alive_.empty()) channel_.Ref(env_);
  keeping_alive_.insert(job);
}

void EventBridge::Post(ModelId model, Event&& event) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!open_ || JoinWaitingText(event)) return;
  const JobId job = event.job;
  size_t* last = job == 0 ? nullptr : &last_of_job_.try_emplace(job, SIZE_MAX).first->second;
  // Memory first, then the event, which is lost if memory is short.
  if (outbox_.size() == outbox_.capacity()) outbox_.reserve(2 * outbox_.size() + 1);
  outbox_.push_back({model, std::move(event)});
  if (last != nullptr) *last = outbox_.size() - 1;
  // Later events ride along with the call that is already on its way. Inside the lock:
  // Close must not release the channel in between.
  if (outbox_.size() == 1) channel_.NonBlockingCall();
}

bool EventBridge::JoinWaitingText(const Event& event) {
  const auto* text = std::get_if<TextEvent>(&event.what);
  if (text == nullptr) return false;
  const auto found = last_of_job_.find(event.job);
  if (found == last_of_job_.end() || found->second >= outbox_.size()) return false;
  auto* waiting = std::get_if<TextEvent>(&outbox_[found->second].event.what);
  if (waiting == nullptr || waiting->index != text->index) return false;
  waiting->text += text->text;
  return true;
}

void EventBridge::Close() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!open_) return;
  open_ = false;
  outbox_.clear();
  channel_.Release();
}

void EventBridge::CallJs(Napi::Env env, Napi::Function handler, EventBridge* bridge, void*) {
  // Without an environment this is its end, and the bridge may be gone.
  if (env == nullptr || handler.IsEmpty()) return;
  bridge->Deliver(env, handler);
}

void EventBridge::Deliver(Napi::Env env, const Napi::Function& handler) {
  std::vector<ModelEvent> events;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    events.swap(outbox_);
    last_of_job_.clear();
  }
  if (events.empty()) return;
  try {
    Napi::Array array = Napi::Array::New(env, events.size());
    for (size_t i = 0; i < events.size(); ++i) {
      array.Set(static_cast<uint32_t>(i), EventOrFailureToJs(env, events[i]));
    }
    handler.Call({array});
  } catch (const Napi::Error&) {
    // The handler catches everything itself (src/runtime/dispatcher.ts); what arrives
    // here is an environment that is ending.
  }
  for (const ModelEvent& event : events) Settled(env, event);
}

void EventBridge::Settled(Napi::Env env, const ModelEvent& event) {
  const bool last = std::holds_alternative<DoneEvent>(event.event.what) ||
                    std::holds_alternative<FailedEvent>(event.event.what);
  if (!last) return;
  if (keeping_alive_.erase(event.event.job) > 0 && keeping_alive_.empty()) channel_.Unref(env);
  on_settled_(event.model, event.event.job);
}

}  // namespace abstractllm

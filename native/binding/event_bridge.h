// The one ordered channel from the core's threads to JavaScript, per environment.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "event.h"
#include "napi_setup.h"

namespace abstractllm {

using ModelId = uint32_t;

struct ModelEvent {
  ModelId model;
  Event event;
};

// Thread: Post from any; all else on the JavaScript thread.
// Owns: the thread-safe function and events not delivered yet.
class EventBridge {
 public:
  // `on_settled` is told of each job's last event, after JavaScript was.
  EventBridge(Napi::Env env, std::function<void(ModelId, JobId)> on_settled);

  void SetHandler(const Napi::Function& handler);
  // While such a job is pending the process stays alive; between jobs it may end.
  void KeepAliveFor(JobId job);
  // Appends an event; text joins the job's text that still waits, so a slow reader gets
  // longer pieces instead of more of them. Never blocks on JavaScript.
  // When it throws, `event` is what it was.
  void Post(ModelId model, Event&& event);
  // After this nothing reaches JavaScript. For the end of the environment, once all
  // engines are joined. Idempotent.
  void Close();

 private:
  static void CallJs(Napi::Env env, Napi::Function handler, EventBridge* bridge, void* data);
  using Channel = Napi::TypedThreadSafeFunction<EventBridge, void, CallJs>;

  void Deliver(Napi::Env env, const Napi::Function& handler);
  void Settled(Napi::Env env, const ModelEvent& event);

  Napi::Env env_;
  std::function<void(ModelId, JobId)> on_settled_;
  Channel channel_;
  std::unordered_set<JobId> keeping_alive_;

  // With mutex_ held.
  bool JoinWaitingText(const Event& event);

  std::mutex mutex_;
  std::vector<ModelEvent> outbox_;
  // Index in outbox_ of each job's last event: order matters within a job only. Beyond its end:
  // none is there.
  std::unordered_map<JobId, size_t> last_of_job_;
  bool open_ = false;
};

}  // namespace abstractllm

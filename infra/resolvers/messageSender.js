// Message.sender: as the message brings it along, from the function behind it otherwise.
// What `publishEvents` is given has its people in it, and a notice has none: neither costs an invocation.
import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  const { senderId, sender } = ctx.source;
  if (sender || !senderId) {
    // Skips the function. The value is never used: it must not be null (aws-appsync-community#280).
    runtime.earlyReturn({});
  }
  return {};
}

export function response(ctx) {
  const { senderId, sender } = ctx.source;
  if (sender || !senderId) {
    return sender ?? null;
  }
  return ctx.prev.result;
}

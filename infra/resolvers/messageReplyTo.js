// Message.replyTo: as the message brings it along, from the function behind it otherwise.
// Most messages reply to nothing: they cost no invocation.
import { runtime } from '@aws-appsync/utils';

export function request(ctx) {
  const { replyToSeq, replyTo } = ctx.source;
  if (replyTo || !replyToSeq) {
    // Skips the function. The value is never used: it must not be null (aws-appsync-community#280).
    runtime.earlyReturn({});
  }
  return {};
}

export function response(ctx) {
  const { replyToSeq, replyTo } = ctx.source;
  if (replyTo || !replyToSeq) {
    return replyTo ?? null;
  }
  return ctx.prev.result;
}

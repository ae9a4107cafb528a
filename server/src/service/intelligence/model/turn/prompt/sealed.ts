import { redact } from '../../../../../kernel/redaction.ts'
import type { ModelMessage } from '../../../../../port/language-model.ts'
import type { Bundle } from '../bundle.ts'

const clean = (text: string): string => redact(text).text

/** Messages as they may leave: without secrets, whoever wrote them. The last thing that happens before a request. */
export function sealed(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    const text = clean(message.text)
    if (message.role !== 'assistant') return { ...message, text }
    return {
      ...message,
      text,
      toolCalls: message.toolCalls.map((call) => {
        const raw = clean(call.raw)
        return raw === call.raw ? call : { ...call, raw, input: undefined }
      }),
    }
  })
}

/** A bundle without secrets, so that what is packed is what is counted. */
export const sealedBundle = (bundle: Bundle): Bundle => ({
  ...bundle,
  question: clean(bundle.question),
  claims: bundle.claims.map((claim) => ({ ...claim, text: clean(claim.text) })),
  evidence: bundle.evidence.map((record) => ({
    ...record,
    sentence: clean(record.sentence),
    entity: record.entity === null ? null : clean(record.entity),
    fields: Object.fromEntries(
      Object.entries(record.fields).map(([key, value]) => [
        key,
        typeof value === 'string' ? fieldOf(key, value) : value,
      ]),
    ),
  })),
  calls: bundle.calls.map((call) => ({ ...call, sentence: clean(call.sentence) })),
  notChecked: bundle.notChecked.map(({ what, reason }) => ({ what: clean(what), reason: clean(reason) })),
})

/** A value under a name that speaks of a secret goes as well. */
function fieldOf(key: string, value: string): string {
  const said = clean(`${key}=${value}`)
  return said.startsWith(`${key}=`) && said.length > key.length + 1 && clean(value) === value
    ? said.slice(key.length + 1)
    : clean(value)
}

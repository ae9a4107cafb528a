import { z } from 'zod'
import { Fault } from '../../../../kernel/fault.ts'

const text = z.string().max(262_144)
const url = z.string().max(2_048)
const signed = {
  Message: text,
  MessageId: z.string().max(256),
  Timestamp: z.string().max(64),
  TopicArn: z.string().max(512),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().max(4_096),
  SigningCertURL: url,
}
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ ...signed, Type: z.literal('Notification'), Subject: text.nullish() }),
  z.object({
    ...signed,
    Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
    Token: z.string().max(4_096),
    SubscribeURL: url,
  }),
])
export type SnsMessage = z.infer<typeof SnsMessage>

/** The message, or undefined for a body that says of itself to be none. Throws VALIDATION_FAILED for one that is half of one. */
export function snsMessageOf(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>>,
): SnsMessage | undefined {
  // A topic that delivers raw sends what was published, and no signature.
  if (headers['x-amz-sns-rawdelivery'] === 'true') return undefined
  const claims =
    typeof body === 'object' &&
    body !== null &&
    ['TopicArn', 'SigningCertURL'].some((n) => Object.hasOwn(body, n))
  if (!claims && headers['x-amz-sns-message-type'] === undefined) return undefined
  const parsed = SnsMessage.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Fault(
    'VALIDATION_FAILED',
    `This is no message as SNS sends it: ${issue?.path.join('.') || 'Type'}: ${issue?.message}.`,
  )
}

/** What is signed: names and values of the fields in alphabetic order, each on a line of its own. */
export function stringToSign(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message
  const fields =
    message.Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          ...{ Message, MessageId, SubscribeURL: message.SubscribeURL, Timestamp },
          ...{ Token: message.Token, TopicArn, Type },
        }
  return Object.entries(fields)
    .map(([name, value]) => (value == null ? '' : `${name}\n${value}\n`))
    .join('')
}

/** `sns.REGION.amazonaws.com`, and of China `….com.cn`: the one kind of host that is ever asked. */
const snsHost = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?$/

/** Throws PERMISSION_DENIED for any other address than one of SNS over https, on its own port. */
export function snsUrl(written: string, field: string): URL {
  const parsed = URL.parse(written)
  if (
    parsed?.protocol === 'https:' &&
    snsHost.test(parsed.hostname) &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === ''
  )
    return parsed
  throw new Fault('PERMISSION_DENIED', `${field} is no address of SNS over https; it was not asked.`)
}

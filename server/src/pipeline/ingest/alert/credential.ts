import type { Receiver } from '../index.ts'

type Credential = NonNullable<Receiver['credential']>

/** For senders that cannot set a bearer token: the password of basic authentication, Opsgenie's `GenieKey`, or `token` in the address. */
export const webhookCredential: Credential = ({ headers, query }) => {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ', 2)
  if (scheme.toLowerCase() === 'geniekey') return value
  if (scheme.toLowerCase() === 'basic') {
    const text = Buffer.from(value, 'base64').toString('utf8')
    return text.slice(text.indexOf(':') + 1)
  }
  return query.get('token') ?? undefined
}

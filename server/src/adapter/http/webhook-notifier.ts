import { createHmac } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Notification, NotificationKind, Notifier } from '../../port/notifier.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { createOutbound, type OutboundSettings, type Resolve } from './outbound.ts'
import { standardMessage } from './standard-webhook.ts'

/** One entry of `act.notify.webhooks`; its schema lives with the stage. */
export type WebhookSettings = {
  name: string
  url: string
  secret?: string | undefined
  routes?: readonly string[] | undefined
  format?: 'AIOPS' | 'STANDARD' | undefined
  kinds?: readonly NotificationKind[] | undefined
}

const timeoutMs = 30_000
/** Version of the message's form: it grows when a field changes its meaning or goes. */
const version = '1'

/**
 * Posts each notification as JSON. With a secret, `X-AIOps-Signature: sha256=HEX` is the HMAC-SHA256 (RFC 2104) of the body as sent.
 * Delivery is at least once: `Idempotency-Key` is the same for the same message. In the format STANDARD, as Standard Webhooks has it.
 */
export function createWebhookNotifier(
  deps: { clock: Clock; secrets: SecretSource; resolve?: Resolve },
  webhook: WebhookSettings,
  settings: OutboundSettings,
): Notifier {
  const outbound = createOutbound(deps, settings)
  return {
    name: webhook.name,
    routes: webhook.routes ?? [],
    kinds: kindsOf(webhook),
    async send(notification, signal) {
      const secret = webhook.secret === undefined ? undefined : await deps.secrets.read(webhook.secret)
      const { body, headers } =
        webhook.format === 'STANDARD'
          ? standardMessage(notification, (secret ?? '').trim(), deps.clock.now())
          : { body: bodyOf(notification), headers: ownHeaders(notification, secret) }
      const { status } = await outbound({
        method: 'POST',
        url: webhook.url,
        headers: { 'content-type': 'application/json', ...headers },
        body,
        timeoutMs,
        signal,
      })
      if (status >= 200 && status < 300) return
      const again = status >= 500 || status === 408 || status === 425 || status === 429
      throw new Fault(
        again ? 'UPSTREAM_FAILED' : 'INVALID_REQUEST',
        `Webhook ${webhook.name} answered ${status}.`,
      )
    },
  }
}

const bodyOf = ({ kind, incident, sentence, url, idempotencyKey }: Notification): string =>
  JSON.stringify({ version, kind, idempotency_key: idempotencyKey, incident, sentence, url })

/** A program that is told of everything else too would have to know it. */
function kindsOf({ format, kinds = [] }: WebhookSettings): Notifier['kinds'] {
  if (kinds.length > 0) return kinds
  return format === 'STANDARD' ? ['INCIDENT_OPENED', 'INCIDENT_UPDATED', 'INCIDENT_RESOLVED'] : undefined
}

function ownHeaders(notification: Notification, secret: string | undefined): Record<string, string> {
  const headers = { 'idempotency-key': notification.idempotencyKey }
  if (secret === undefined) return headers
  return { ...headers, 'x-aiops-signature': `sha256=${hmac(secret, bodyOf(notification))}` }
}

const hmac = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex')

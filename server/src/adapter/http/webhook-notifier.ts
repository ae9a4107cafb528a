import { createHmac } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Notification, Notifier } from '../../port/notifier.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { createOutbound, type OutboundSettings, type Resolve } from './outbound.ts'

/** One entry of `act.notify.webhooks`; its schema lives with the stage. */
export type WebhookSettings = { name: string; url: string; secret?: string | undefined }

const timeoutMs = 30_000
/** Version of the message's form: it grows when a field changes its meaning or goes. */
const version = '1'

/**
 * Posts each notification as JSON. With a secret, `X-AIOps-Signature: sha256=HEX` is the HMAC-SHA256 (RFC 2104) of the body as sent.
 * Delivery is at least once: `Idempotency-Key` is the same for the same message.
 */
export function createWebhookNotifier(
  deps: { clock: Clock; secrets: SecretSource; resolve?: Resolve },
  webhook: WebhookSettings,
  settings: OutboundSettings,
): Notifier {
  const outbound = createOutbound(deps, settings)
  return {
    name: webhook.name,
    async send(notification, signal) {
      const body = bodyOf(notification)
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'idempotency-key': notification.idempotencyKey,
      }
      if (webhook.secret !== undefined)
        headers['x-aiops-signature'] = `sha256=${hmac(await deps.secrets.read(webhook.secret), body)}`
      const { status } = await outbound({
        method: 'POST',
        url: webhook.url,
        headers,
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

const hmac = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex')

import type { Attachment } from '@aiops/contract/model/chat'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { StoredAttachment } from '../../../port/chat-repository.ts'
import type { AskRequest } from '../index.ts'
import type { ChatConfig } from './config.ts'
import type { AttachmentDraft, ChatDeps } from './index.ts'
import { plainName } from './title.ts'

const keptMs = 7 * 86_400_000
const sizeBytesMax = 1_048_576
const perSessionMax = 20
/** Deleted in one round of upkeep; the rest goes with the next. */
const deletedMax = 500

/** What holds text for people; anything else would be bytes that nobody reads. */
const textual =
  /^(text\/[\w.+-]+|application\/([\w.-]+\+)?(json|yaml|xml)|application\/(x-)?(yaml|ndjson|log|toml|sh))$/

/**
 * Text files that people attach. Each has a row before it has bytes and until its bytes are gone, so that no bytes are left that nobody
 * knows of.
 */
export class Attachments {
  readonly #deps: Pick<ChatDeps, 'records' | 'objects' | 'clock' | 'random' | 'log'>
  readonly #config: ChatConfig

  constructor(deps: ChatDeps, config: ChatConfig) {
    this.#deps = deps
    this.#config = config
  }

  async add(tenant: string, sessionId: string, draft: AttachmentDraft): Promise<Attachment> {
    const { records, objects, clock, random } = this.#deps
    const body = bodyOf(draft)
    const nowMs = clock.now()
    const attachment: Attachment = {
      ...{ id: random.uuid(nowMs), name: plainName(draft.name) || 'attachment' },
      ...{ media_type: mediaTypeOf(draft.media_type), size_bytes: body.length },
      ...{ created_at: isoTime(nowMs), expires_at: isoTime(nowMs + keptMs) },
    }
    const stored: StoredAttachment = { ...attachment, tenant_id: tenant, session_id: sessionId }
    await records.transaction(async ({ chats }) => {
      if ((await chats.attachments(tenant, sessionId)).length >= perSessionMax)
        throw new Fault('VALIDATION_FAILED', `A conversation has at most ${perSessionMax} attachments.`)
      if ((await chats.attachmentBytes(tenant)) + body.length > this.#config.attachment_bytes_max)
        throw new Fault(
          'STORAGE_UNAVAILABLE',
          `The attachments of this tenant take all of the ${this.#config.attachment_bytes_max} bytes that they may take; delete conversations that are done.`,
        )
      await chats.addAttachment(stored)
    })
    try {
      await objects.put(keyOf(stored), body)
    } catch (error) {
      await records.chats.deleteAttachment(tenant, attachment.id)
      throw error
    }
    // Deleted meanwhile, and its row perhaps swept before there were bytes to delete.
    if (!(await records.chats.session(tenant, sessionId))) {
      await objects.delete(keyOf(stored))
      throw new Fault('SESSION_NOT_FOUND', 'The conversation was deleted.')
    }
    return attachment
  }

  /** Those of a session with these ids. Throws VALIDATION_FAILED for one that there is not. */
  async named(tenant: string, sessionId: string, ids: readonly string[]): Promise<Attachment[]> {
    if (ids.length === 0) return []
    const nowMs = this.#deps.clock.now()
    const there = await this.#deps.records.chats.attachments(tenant, sessionId)
    return [...new Set(ids)].map((id) => {
      const found = there.find((one) => one.id === id && Date.parse(one.expires_at) > nowMs)
      if (found) return found
      const message = `this conversation has no attachment ${id.slice(0, 64)}`
      throw new Fault('VALIDATION_FAILED', `attachment_ids: ${message}`, {
        details: [{ path: 'attachment_ids', message }],
      })
    })
  }

  async texts(
    tenant: string,
    sessionId: string,
    attachments: readonly Attachment[],
  ): Promise<NonNullable<AskRequest['attachments']>> {
    const texts = []
    for (const { id, name } of attachments) {
      const bytes = await this.#deps.objects.get(keyOf({ id, tenant_id: tenant, session_id: sessionId }))
      texts.push({ id, name, text: new TextDecoder().decode(bytes) })
    }
    return texts
  }

  /** Deletes what is due; what cannot be deleted now is tried again with the next round. */
  async sweep(): Promise<void> {
    const { records, objects, clock, log } = this.#deps
    for (const due of await records.chats.dueAttachments(clock.now(), deletedMax)) {
      try {
        await objects.delete(keyOf(due))
        await records.chats.deleteAttachment(due.tenant_id, due.id)
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'an attachment cannot be deleted now')
        return
      }
    }
  }
}

const keyOf = (one: Pick<StoredAttachment, 'id' | 'tenant_id' | 'session_id'>): string =>
  `chat-attachments/${one.tenant_id}/${one.session_id}/${one.id}`

function mediaTypeOf(text: string): string {
  const type = text.split(';')[0]!.trim().toLowerCase()
  if (textual.test(type)) return type
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    `Attach text: logs, manifests, traces as text, JSON or YAML; not ${type.slice(0, 64) || 'an unnamed type'}.`,
  )
}

function bodyOf({ text }: AttachmentDraft): Buffer {
  const body = Buffer.from(text, 'utf8')
  if (body.length > sizeBytesMax)
    throw new Fault('BODY_TOO_LARGE', `An attachment has at most ${sizeBytesMax} bytes of UTF-8 text.`)
  if (!text.isWellFormed() || text.includes('\0')) {
    const message = 'is not text: it holds a NUL or half of a character'
    throw new Fault('VALIDATION_FAILED', `text: ${message}`, { details: [{ path: 'text', message }] })
  }
  return body
}

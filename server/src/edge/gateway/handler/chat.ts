import type { Intelligence } from '../../../service/intelligence/index.ts'
import type { Handler } from '../handler-deps.ts'

type ChatHandlers = {
  [K in
    | 'createChatSession'
    | 'listChatSessions'
    | 'getChatSession'
    | 'updateChatSession'
    | 'deleteChatSession'
    | 'listChatMessages'
    | 'sendChatMessage'
    | 'stopChatMessage'
    | 'addChatAttachment'
    | 'exportChatSession']: Handler<K>
}

export const chatHandlers = ({ chat }: Pick<Intelligence, 'chat'>): ChatHandlers => ({
  createChatSession: ({ body }, principal) => chat.create(principal, body),
  async listChatSessions({ query }, principal) {
    const { page, page_size, search } = query
    const found = { search, limit: page_size, offset: (page - 1) * page_size }
    const { sessions, total } = await chat.list(principal, found)
    return { items: sessions, total, page, page_size, total_pages: Math.ceil(total / page_size) }
  },
  getChatSession: ({ params }, principal) => chat.get(principal, params.id),
  updateChatSession: ({ params, body }, principal) => chat.update(principal, params.id, body),
  async deleteChatSession({ params }, principal) {
    await chat.delete(principal, params.id)
    return null
  },
  listChatMessages: ({ params, query }, principal) => chat.messages(principal, params.id, query),
  /** Who waits for the whole answer is told of its failure as of any other. */
  async sendChatMessage({ params, body }, principal) {
    const { told } = await chat.send(principal, params.id, body)
    const { message, fault } = await told
    if (fault) throw fault
    return message
  },
  stopChatMessage: ({ params }, principal) => chat.stopAnswer(principal, params.id, params.message_id),
  addChatAttachment: ({ params, body }, principal) => chat.attach(principal, params.id, body),
  exportChatSession: ({ params, query }, principal) => chat.transcript(principal, params.id, query.format),
})

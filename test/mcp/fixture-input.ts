import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  type McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { said, text } from './content.ts'

/** What goes through the host and back is sealed: each request meets a server of its own. */
export const stateCodec = createRequestStateCodec<Record<string, unknown>>({
  key: crypto.getRandomValues(new Uint8Array(32)),
})

export const askFor = (message: string, field: string, type: 'string' | 'boolean' = 'string') =>
  inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [field]: { type } as { type: 'string' } },
      required: [field],
    },
  })
const askModel = (words: string) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(words) }], maxTokens: 50 })

type Answers = Record<string, unknown> | undefined
type Add = (name: string, run: Parameters<typeof registerOn>[2]) => void
const accepted = (answers: Answers, key: string) => acceptedContent<Record<string, unknown>>(answers, key)
const sampled = (answers: Answers, key: string): string | undefined =>
  (answers?.[key] as { content?: { text?: string } } | undefined)?.content?.text
const rooted = (answers: Answers): unknown[] | undefined =>
  (answers?.client_roots as { roots?: unknown[] } | undefined)?.roots

/** Tools that cannot answer at once: revision 2026-07-28 has them return what they need, and be called again with it. */
export function addInputTools(server: McpServer): void {
  const add: Add = (name, run) => registerOn(server, name, run)
  addSingle(add)
  addTogether(add)
  addStateful(add)
}

function registerOn(
  server: McpServer,
  name: string,
  run: (mcpReq: {
    inputResponses?: Record<string, unknown>
    envelope?: Record<string, unknown>
    requestState: <T>() => T | undefined
  }) => Promise<object>,
): void {
  server.registerTool(
    name,
    { description: 'Needs something of its host first.', inputSchema: z.object({}) },
    async (_input, { mcpReq }) => (await run(mcpReq as never)) as never,
  )
}

function addSingle(add: Add): void {
  add('test_missing_capability', async ({ inputResponses }) =>
    inputResponses?.llm_answer === undefined
      ? inputRequired({ inputRequests: { llm_answer: askModel('Reply with the single word: pong') } })
      : said('answered'),
  )
  add('test_input_required_result_elicitation', async ({ inputResponses }) => {
    const name = accepted(inputResponses, 'user_name')?.name
    if (typeof name === 'string') return said(`Hello, ${name}!`)
    return inputRequired({ inputRequests: { user_name: askFor('What is your name?', 'name') } })
  })
  add('test_input_required_result_sampling', async ({ inputResponses }) => {
    const answer = sampled(inputResponses, 'capital_question')
    if (answer !== undefined) return said(`Sampling response: ${answer}`)
    return inputRequired({ inputRequests: { capital_question: askModel('What is the capital of France?') } })
  })
  add('test_input_required_result_list_roots', async ({ inputResponses }) => {
    const roots = rooted(inputResponses)
    if (roots) return said(`${roots.length} roots: ${JSON.stringify(roots)}`)
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  })
}

function addTogether(add: Add): void {
  add('test_input_required_result_multiple_inputs', async ({ inputResponses }) => {
    const name = accepted(inputResponses, 'user_name')?.name
    const [greeting, roots] = [sampled(inputResponses, 'greeting'), rooted(inputResponses)]
    if (typeof name === 'string' && greeting !== undefined && roots)
      return said(`${greeting} ${name}, ${roots.length} roots`)
    return inputRequired({
      inputRequests: {
        user_name: askFor('What is your name?', 'name'),
        greeting: askModel('Generate a greeting'),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await stateCodec.mint({ of: 'multiple' }),
    })
  })
  add('test_input_required_result_capabilities', async ({ inputResponses, envelope }) => {
    if (inputResponses !== undefined) return said('fulfilled')
    const can = envelope?.[CLIENT_CAPABILITIES_META_KEY] as Record<string, unknown> | undefined
    const inputRequests: InputRequests = {
      ...(can?.elicitation ? { user_name: askFor('What is your name?', 'name') } : {}),
      ...(can?.sampling ? { greeting: askModel('Generate a short greeting') } : {}),
      ...(can?.roots ? { client_roots: inputRequired.listRoots() } : {}),
    }
    return Object.keys(inputRequests).length === 0 ? said('nothing to ask') : inputRequired({ inputRequests })
  })
}

function addStateful(add: Add): void {
  for (const which of ['request_state', 'tampered_state'])
    add(`test_input_required_result_${which}`, async ({ inputResponses, requestState }) => {
      const confirmed = accepted(inputResponses, 'confirm') !== undefined
      if (confirmed && requestState() !== undefined) return said('state-ok: verified and confirmed')
      return inputRequired({
        inputRequests: { confirm: askFor('Please confirm', 'ok', 'boolean') },
        requestState: await stateCodec.mint({ of: which }),
      })
    })
  add('test_input_required_result_multi_round', async ({ inputResponses, requestState }) => {
    const state = requestState<{ round?: number; name?: string }>()
    if (state?.round === 2)
      return said(`${state.name} likes ${String(accepted(inputResponses, 'step2')?.color)}`)
    if (state?.round === 1)
      return inputRequired({
        inputRequests: { step2: askFor('Step 2: What is your favorite color?', 'color') },
        requestState: await stateCodec.mint({
          ...{ round: 2, name: String(accepted(inputResponses, 'step1')?.name ?? 'unknown') },
        }),
      })
    return inputRequired({
      inputRequests: { step1: askFor('Step 1: What is your name?', 'name') },
      requestState: await stateCodec.mint({ round: 1 }),
    })
  })
}

import { createInterface, type Interface } from 'node:readline/promises'
import { chatStreamPath } from '@aiops/contract/api/chat'
import type { Client } from '@aiops/contract/client'
import { pathOf } from '@aiops/contract/client'
import { ErrorBody } from '@aiops/contract/error'
import { createEventParser } from '@aiops/contract/event-stream'
import { ChatEvent } from '@aiops/contract/model/chat'
import type { Command } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { printAnswer } from './ask.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { dim, print, printable } from './print.ts'

type ChatOptions = ConnectionOptions & {
  persona: string
  cluster: string[]
  session?: string
  model?: string
}

export function chatCommand(program: Command): void {
  withConnection(
    program
      .command('chat')
      .description('talk with the platform; each answer names what it rests on')
      .option('--persona <id>', 'who answers', 'default')
      .option(
        '--cluster <name>',
        'about this one; may be repeated',
        (name, names: string[]) => [...names, name],
        [] as string[],
      )
      .option('--session <id>', 'go on with this conversation')
      .option('--model <name>', 'a provider of GET /api/v1/models, or deterministic')
      .addHelpText('after', examples),
  ).action(async (options: ChatOptions) => {
    const client = connect(options)
    const session =
      options.session === undefined
        ? await client.createChatSession({
            body: {
              ...{ persona_id: options.persona, cluster_context: options.cluster },
              model: options.model ?? null,
            },
          })
        : await client.getChatSession({ params: { id: options.session } })
    const terminal = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: process.stdin.isTTY === true,
    })
    print(dim(`Conversation ${session.id} with ${session.persona_id}. Ctrl-C stops an answer, Ctrl-D ends.`))
    try {
      await converse(terminal, client, session.id, options)
    } finally {
      terminal.close()
    }
  })
}

async function converse(
  terminal: Interface,
  client: Client,
  id: string,
  options: ChatOptions,
): Promise<void> {
  // What is piped in ends before the last answer, and a closed terminal is not to be asked.
  let isOpen = true
  terminal.once('close', () => {
    isOpen = false
  })
  const prompt = (): void => {
    if (isOpen) terminal.prompt()
  }
  terminal.setPrompt('> ')
  prompt()
  for await (const line of terminal) {
    if (line.trim() === '/quit' || line.trim() === '/exit') return
    if (line.trim() !== '') await turn(terminal, client, id, line.trim(), options)
    prompt()
  }
  print()
}

/** One question and its answer as it is written. */
async function turn(
  terminal: Interface,
  client: Client,
  id: string,
  content: string,
  options: ChatOptions,
): Promise<void> {
  let messageId: string | undefined
  const stop = (): void => {
    if (messageId === undefined) return
    void client.stopChatMessage({ params: { id, message_id: messageId } }).catch(() => undefined)
  }
  terminal.on('SIGINT', stop)
  try {
    for await (const event of await begin(id, content, options)) {
      if (event.type === 'message_start') messageId = event.id
      show(event)
    }
  } catch (error) {
    print(dim(`! ${error instanceof Error ? error.message : String(error)}`))
  } finally {
    terminal.off('SIGINT', stop)
  }
}

async function begin(
  id: string,
  content: string,
  { url, token, tenant }: ChatOptions,
): Promise<AsyncIterable<ChatEvent>> {
  const response = await fetch(url + pathOf(chatStreamPath, { params: { id } }), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(tenant ? { 'x-tenant-id': tenant } : {}),
    },
    body: JSON.stringify({ content }),
  })
  if (response.ok && response.body) return events(response.body)
  const { error } = ErrorBody.parse(await response.json())
  throw new Fault(error.code, error.message)
}

async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChatEvent> {
  const decoder = new TextDecoder()
  const parse = createEventParser()
  for await (const bytes of body)
    for (const { data } of parse(decoder.decode(bytes, { stream: true }))) {
      // A newer platform may tell of more than this program knows.
      const event = ChatEvent.safeParse(JSON.parse(data))
      if (event.success) yield event.data
    }
}

function show(event: ChatEvent): void {
  if (event.type === 'tool_result') print(dim(`  · ${event.call.sentence} (${event.call.ms} ms)`))
  else if (event.type === 'status') print(dim(`  ${event.text}`))
  else if (event.type === 'reset') print(dim(`\n! ${event.reason} Once more:`))
  else if (event.type === 'content_delta') process.stdout.write(printable(event.delta, false))
  else if (event.type === 'error') print(dim(`! ${event.message}`))
  else if (event.type === 'message_complete') {
    print()
    if (event.answer) printAnswer({ ...event.answer, text: '' }, false)
  }
}

const examples = `
Examples:
  aiops chat
  aiops chat --persona gpu-expert --cluster east
  echo "what is broken?" | aiops chat
`

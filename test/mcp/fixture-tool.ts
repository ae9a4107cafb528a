import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Change } from '../../server/src/edge/mcp/index.ts'
import { image, said, silentWav, text } from './content.ts'

const none = z.object({})

/** Tools by which the conformance suite tries kinds of content, errors, progress, logging and what the server asks of its host. */
export function addTools(server: McpServer, changed: (change: Change) => void): void {
  addContentTools(server)
  addMessageTools(server)
  addAskingTools(server)
  addSchemaTools(server)
  for (const kind of ['tool', 'prompt'] as const)
    server.registerTool(
      `test_trigger_${kind}_change`,
      { description: `Tells listeners that ${kind}s changed.`, inputSchema: none },
      async () => {
        changed({ kind: `${kind}s` })
        return said('told')
      },
    )
}

function addContentTools(server: McpServer): void {
  const add = (name: string, description: string, content: readonly object[]): void =>
    void server.registerTool(name, { description }, async () => ({ content: [...content] as never }))
  const document = (uri: string, mimeType: string, body: string) => ({
    ...{ type: 'resource', resource: { uri, mimeType, text: body } },
  })
  add('test_simple_text', 'Answers a text.', [text('This is a simple text response for testing.')])
  add('test_image_content', 'Answers a picture.', [image])
  add('test_audio_content', 'Answers a sound.', [{ type: 'audio', data: silentWav, mimeType: 'audio/wav' }])
  add('test_embedded_resource', 'Answers a resource.', [
    document('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ])
  add('test_multiple_content_types', 'Answers a text, a picture and a resource.', [
    text('Multiple content types test:'),
    image,
    document('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ])
  server.registerTool('test_error_handling', { description: 'Fails.' }, async () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Answers.', inputSchema: none },
    async () => said('only results'),
  )
}

const beat = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

function addMessageTools(server: McpServer): void {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Sends three log messages.', inputSchema: none },
    async (_input, { mcpReq }) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } })
        await beat()
      }
      return said('logged')
    },
  )
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs where the request asks for it.', inputSchema: none },
    async (_input, { mcpReq }) => {
      await mcpReq.log('info', 'the tool ran')
      return said('logged')
    },
  )
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Tells how far it is.', inputSchema: none },
    async (_input, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
        const params = { progressToken, progress, total: 100, message: `${progress} of 100` }
        await mcpReq.notify({ method: 'notifications/progress', params })
        await beat()
      }
      return said(String(progressToken ?? 'no token'))
    },
  )
}

const option = (letter: string, names: readonly string[]) =>
  names.map((title, index) => ({ const: `${letter}${index + 1}`, title }))

const forms = {
  test_elicitation_sep1034_defaults: {
    name: { type: 'string', description: 'Name', default: 'John Doe' },
    age: { type: 'integer', description: 'Age', default: 30 },
    score: { type: 'number', description: 'Score', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', description: 'Verified', default: true },
  },
  test_elicitation_sep1330_enums: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: option('value', ['First Option', 'Second Option', 'Third Option']),
    },
    legacyEnum: {
      ...{ type: 'string', enum: ['opt1', 'opt2', 'opt3'] },
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      ...{ type: 'array', minItems: 1, maxItems: 3 },
      items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    },
    titledMulti: {
      ...{ type: 'array', minItems: 1, maxItems: 3 },
      items: { anyOf: option('value', ['First Choice', 'Second Choice', 'Third Choice']) },
    },
  },
}

/** What the server asks of its host while it answers: of revision 2025-11-25. */
function addAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the host’s model.', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const answer = await mcpReq.requestSampling({
        ...{ messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 },
      })
      return said(`LLM response: ${JSON.stringify(answer.content)}`)
    },
  )
  const asked = async (
    mcpReq: {
      send: (request: { method: 'elicitation/create'; params: Record<string, unknown> }) => Promise<unknown>
    },
    message: string,
    properties: object,
    required: string[],
  ) => {
    const params = { message, requestedSchema: { type: 'object', properties, required } }
    const { action, content } = (await mcpReq.send({ method: 'elicitation/create', params })) as {
      action?: string
      content?: unknown
    }
    return said(`User response: action=${action}, content=${JSON.stringify(content ?? {})}`)
  }
  server.registerTool(
    'test_elicitation',
    { description: 'Asks whoever sits there.', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) =>
      asked(mcpReq, message, { response: { type: 'string', description: 'Response' } }, ['response']),
  )
  for (const [name, properties] of Object.entries(forms))
    server.registerTool(
      name,
      { description: 'Asks with a form.', inputSchema: none },
      async (_input, { mcpReq }) => asked(mcpReq, 'Please fill in the form.', properties, []),
    )
}

function addSchemaTools(server: McpServer): void {
  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Takes an argument that a header repeats.',
      inputSchema: fromJsonSchema<{ region?: string; level?: number }>({
        type: 'object',
        properties: {
          region: { type: 'string', 'x-mcp-header': 'Region' } as { type: 'string' },
          level: { type: 'integer' },
        },
      }),
    },
    async ({ region }) => said(`region=${region ?? 'none'}`),
  )
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Takes what JSON Schema 2020-12 can say.', inputSchema: fromJsonSchema(wholeSchema) },
    async (input) => said(JSON.stringify(input)),
  )
}

const wholeSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
} as const

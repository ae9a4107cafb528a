import {
  acceptedContent,
  inputRequired,
  type McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { image, redPixelPng, text } from './content.ts'
import { askFor } from './fixture-input.ts'

/** Resources that the conformance suite reads: text, bytes, one of a template, one that is watched. */
export function addResources(server: McpServer): void {
  const add = (name: string, mimeType: string, content: { text: string } | { blob: string }): void => {
    const uri = `test://${name}`
    server.registerResource(
      name,
      uri,
      { title: name, description: 'For the suite.', mimeType },
      async () => ({
        contents: [{ uri, mimeType, ...content }],
      }),
    )
  }
  add('static-text', 'text/plain', { text: 'This is the content of the static text resource.' })
  add('static-binary', 'image/png', { blob: redPixelPng })
  add('watched-resource', 'text/plain', { text: 'Watched resource content' })
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { title: 'template', description: 'For the suite.', mimeType: 'application/json' },
    async (uri, { id }) => ({
      contents: [
        {
          ...{ uri: uri.toString(), mimeType: 'application/json' },
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  )
}

const fromUser = (content: object) => ({ role: 'user' as const, content: content as never })

/** Prompts that the conformance suite gets, and completion, which has nothing to offer. */
export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'No arguments.' }, async () => ({
    messages: [fromUser(text('This is a simple prompt for testing.'))],
  }))
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Two arguments.',
      argsSchema: z.object({ arg1: z.string().describe('First'), arg2: z.string().describe('Second') }),
    },
    async ({ arg1, arg2 }) => ({
      messages: [fromUser(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Holds a resource.', argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri }) => ({
      messages: [
        fromUser({
          type: 'resource',
          resource: {
            uri: resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        }),
        fromUser(text('Please process the embedded resource above.')),
      ],
    }),
  )
  server.registerPrompt('test_prompt_with_image', { description: 'Holds a picture.' }, async () => ({
    messages: [fromUser(image), fromUser(text('Please analyze the image above.'))],
  }))
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Needs something first.' },
    // Without arguments the one parameter is the context, which the library's types do not say.
    (async ({ mcpReq }: ServerContext) => {
      const context = acceptedContent<{ context: string }>(mcpReq.inputResponses, 'user_context')?.context
      if (context === undefined)
        return inputRequired({ inputRequests: { user_context: askFor('What context?', 'context') } })
      return { messages: [fromUser(text(`Use the following context: ${context}`))] }
    }) as never,
  )
  server.server.setRequestHandler('completion/complete', () => ({
    completion: { values: [], total: 0, hasMore: false },
  }))
}

import { z } from 'zod'

/** Messages of the Model Context Protocol, revision 2026-07-28, as far as this client reads them. Unknown members are left alone. */

export const revision = '2026-07-28'

export const McpTool = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().default(''),
  inputSchema: z.record(z.string(), z.unknown()).default({}),
  annotations: z
    .object({
      title: z.string().optional(),
      readOnlyHint: z.boolean().optional(),
      openWorldHint: z.boolean().optional(),
    })
    .default({}),
})
export type McpTool = z.infer<typeof McpTool>

export const ToolList = z.object({ tools: z.array(McpTool), nextCursor: z.string().optional() })

/** Of the platform's own tools: how the call went. */
const CallNote = z.object({
  status: z.string(),
  records: z.number().optional(),
  ms: z.number().optional(),
  sentence: z.string().optional(),
  missing: z.array(z.object({ cluster: z.string(), reason: z.string() })).default([]),
})
const noteKey = 'io.aiops/call'

export const ToolResult = z
  .object({
    content: z.array(z.object({ type: z.string(), text: z.string().optional() })).default([]),
    structuredContent: z.record(z.string(), z.unknown()).optional(),
    isError: z.boolean().default(false),
    _meta: z.record(z.string(), z.unknown()).default({}),
  })
  .transform(({ content, structuredContent, isError, _meta }) => ({
    /** Parts that are no text are counted alone. */
    text: content.flatMap(({ text }) => text ?? []).join('\n'),
    otherParts: content.filter(({ text }) => text === undefined).length,
    structured: structuredContent,
    isError,
    note: CallNote.safeParse(_meta[noteKey]).data,
  }))
export type ToolResult = z.infer<typeof ToolResult>

/** An answer to a request; notifications and requests of the server have no such form and are passed over. */
export const Response = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number(), z.null()]),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
})
export type Response = z.infer<typeof Response>

/**
 * A header's value as the revision writes it: printable ASCII as it is, else Base64 of UTF-8 between `=?base64?` and `?=`.
 * What looks encoded already is encoded once more, so that it is read as it was.
 */
export function headerValue(text: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)) return text
  const bytes = new TextEncoder().encode(text)
  return `=?base64?${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}?=`
}

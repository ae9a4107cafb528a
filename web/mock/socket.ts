/** The few parts of RFC 6455 that the stand-in needs: unmasked text out, masked text in, close. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

export type Socket = { send(text: string): void; close(): void }

export function acceptSocket(
  request: IncomingMessage,
  stream: Duplex,
  on: { message(text: string): void; close(): void },
): Socket {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  )
  let rest: Buffer = Buffer.alloc(0)
  stream.on('error', () => stream.destroy())
  stream.on('close', on.close)
  stream.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length)
      if (frame.opcode === 1) on.message(frame.text)
      if (frame.opcode === 8) stream.end()
    }
  })
  return { send: (text) => void (stream.writable && stream.write(frameOf(text))), close: () => stream.end() }
}

function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  if (body.length < 126) return Buffer.concat([Buffer.from([0x81, body.length]), body])
  const head = Buffer.alloc(body.length < 65_536 ? 4 : 10)
  head[0] = 0x81
  head[1] = body.length < 65_536 ? 126 : 127
  if (body.length < 65_536) head.writeUInt16BE(body.length, 2)
  else head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}

/** One frame of a browser, which is always masked and never longer than 65,535 bytes here. */
function readFrame(data: Buffer): { opcode: number; text: string; length: number } | undefined {
  if (data.length < 6) return undefined
  const short = (data[1] ?? 0) & 0x7f
  const at = short === 126 ? 4 : 2
  if (data.length < at + 4) return undefined
  const size = short === 126 ? data.readUInt16BE(2) : short
  const length = at + 4 + size
  if (data.length < length) return undefined
  const mask = data.subarray(at, at + 4)
  const body = Buffer.from(data.subarray(at + 4, length).map((byte, i) => byte ^ (mask[i % 4] ?? 0)))
  return { opcode: (data[0] ?? 0) & 0x0f, text: body.toString(), length }
}

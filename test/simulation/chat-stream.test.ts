import type { ChatMessage } from '@aiops/contract/model/chat'
import { describe, expect, it } from 'vitest'
import { errorOf, post } from '../../server/src/edge/gateway/open-gateway.suite.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { answerOf, textIn } from '../../server/src/service/intelligence/chat/chat-rig.suite.ts'
import { keyOf, openChatGateway } from './chat-gateway.ts'

describe('an answer as server-sent events', () => {
  it('comes while it is written, and is the message that is kept', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const reader = await world.say('anna', id, 'why?')
    const { headers, status } = reader.response
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect([headers.get('x-accel-buffering'), headers.get('cache-control')]).toEqual([
      ...['no', 'no-store, no-transform'],
    ])
    expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/)
    const asked = await world.nextAsked()
    expect(asked.caller).toMatchObject({ actor: 'anna', tenant: 'default' })
    asked.tell({ type: 'text', text: 'Müller \u{1F600}\n\ndata: ' })
    expect((await reader.read(2)).map(({ event }) => event.type)).toEqual(['message_start', 'content_delta'])
    asked.tell({ type: 'text', text: 'x' })
    asked.answer(answerOf('Müller \u{1F600}\n\ndata: x'))
    expect(textIn(await reader.read())).toBe('Müller \u{1F600}\n\ndata: x')
    const { messages } = (await (await world.call('anna', `/${id}/messages`)).json()) as {
      messages: ChatMessage[]
    }
    expect(messages[1]).toMatchObject({ state: 'COMPLETE', content: textIn(reader.frames) })
    expect(world.audited).toContainEqual(
      expect.objectContaining({ actor: 'anna', action: 'sendChatMessage', outcome: 'SUCCESS' }),
    )
  })

  it('goes on where its reader was cut off, with exactly what is missing, at any place and any time', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const first = await world.say('anna', id, 'why?')
    const asked = await world.nextAsked()
    const pieces = Array.from({ length: 8 }, (_, index) => `piece ${index} `)
    for (const text of pieces.slice(0, 4)) asked.tell({ type: 'text', text })
    await first.read(5)
    const { message_id } = first.frames[0]!
    await first.close()
    const readers = await Promise.all(
      Array.from({ length: 6 }, (_, after) =>
        world.follow('anna', id, `?message_id=${message_id}&after=${after}`),
      ),
    )
    const byHeader = await world.follow('anna', id, '', { 'last-event-id': `${message_id}:3` })
    for (const text of pieces.slice(4)) asked.tell({ type: 'text', text })
    asked.answer(answerOf(pieces.join('')))
    const whole = await readers[0]!.read()
    expect(whole.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
    expect(textIn(whole)).toBe(pieces.join(''))
    for (const [after, reader] of readers.entries()) expect(await reader.read()).toEqual(whole.slice(after))
    expect(await byHeader.read()).toEqual(whole.slice(3))
    for (let after = 0; after < whole.length; after += 1) {
      const late = await world.follow('anna', id, `?message_id=${message_id}&after=${after}`)
      expect(await late.read()).toEqual(whole.slice(after))
    }
    const over = await world.follow('anna', id, '', { 'last-event-id': `${message_id}:10` })
    expect(over.response.status).toBe(204)
  })

  it('is written to its end though its reader goes, unless the reader asked that it stop', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const stateOf = async (index: number): Promise<string | undefined> => {
      const { messages } = (await (await world.call('anna', `/${id}/messages`)).json()) as {
        messages: ChatMessage[]
      }
      return messages[index]?.state
    }
    const left = await world.say('anna', id, 'one')
    await left.read(1)
    await left.close()
    const asked = await world.nextAsked()
    await expect.poll(async () => await world.metrics.render()).toContain('aiops_chat_readers 0')
    expect(asked.signal.aborted).toBe(false)
    asked.answer(answerOf('whole'))
    await expect.poll(() => stateOf(1)).toBe('COMPLETE')
    const stopping = await world.say('anna', id, 'two', '?stop_on_close=1')
    const second = await world.nextAsked()
    second.tell({ type: 'text', text: 'half' })
    await stopping.read(2)
    await stopping.close()
    await expect.poll(() => stateOf(3)).toBe('STOPPED')
    expect(second.signal.aborted).toBe(true)
  })

  it('is refused in the one error form before it begins', async () => {
    const world = await openChatGateway({ config: { messages_burst: 3, messages_per_minute: 1 } })
    const { id } = await world.begin('anna')
    const say = (who: string, body: object, path = `/${id}/stream`) =>
      world.call(who, path, post(JSON.stringify(body)))
    const coded = async (response: Response) => [response.status, (await errorOf(response)).code]
    expect(await coded(await say('', { content: 'x' }))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await coded(await say('vera', { content: 'x' }))).toEqual([403, 'PERMISSION_DENIED'])
    expect(await coded(await say('ben', { content: 'x' }))).toEqual([404, 'SESSION_NOT_FOUND'])
    expect(await coded(await say('stranger', { content: 'x' }))).toEqual([404, 'SESSION_NOT_FOUND'])
    expect(await coded(await say('anna', { content: ' ' }))).toEqual([422, 'VALIDATION_FAILED'])
    expect(await coded(await world.call('anna', `/${id}/stream`))).toEqual([422, 'VALIDATION_FAILED'])
    expect(await coded(await world.call('anna', `/${id}/stream?message_id=x`))).toEqual([404, 'NOT_FOUND'])
    const running = await world.say('anna', id, 'one')
    expect(await coded(await say('anna', { content: 'x' }))).toEqual([409, 'CONFLICT'])
    await say('anna', { content: 'x' })
    const limited = await say('anna', { content: 'x' })
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(30)
    expect(await coded(limited)).toEqual([429, 'RATE_LIMITED'])
    ;(await world.nextAsked()).answer(answerOf('done'))
    await running.read()
    expect(world.audited).toContainEqual(
      expect.objectContaining({ actor: 'vera', action: 'sendChatMessage', outcome: 'DENIED' }),
    )
  })

  it('is the same to two who share the conversation, and does not exist where it is not shared', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna', { shared: true })
    const mine = await world.say('anna', id, 'why?')
    await mine.read(1)
    const { message_id } = mine.frames[0]!
    const theirs = await world.follow('ben', id, `?message_id=${message_id}`)
    const viewers = await world.follow('vera', id, `?message_id=${message_id}`)
    const asked = await world.nextAsked()
    for (let i = 0; i < 20; i += 1) asked.tell({ type: 'text', text: `${i} ` })
    asked.answer(answerOf(Array.from({ length: 20 }, (_, i) => `${i} `).join('')))
    const whole = await mine.read()
    expect(await theirs.read()).toEqual(whole)
    expect(await viewers.read()).toEqual(whole)
    const change = { ...post(JSON.stringify({ shared: false })), method: 'PUT' }
    expect((await world.call('anna', `/${id}`, change)).status).toBe(200)
    for (const who of ['ben', 'vera', 'stranger'])
      for (const path of [`/${id}/stream?message_id=${message_id}`, `/${id}`, `/${id}/messages`])
        expect((await errorOf(await world.call(who, path))).code).toBe('SESSION_NOT_FOUND')
  })

  it('stays in order among 50 at once, whatever is cut where', async () => {
    const world = await openChatGateway()
    const sessions = await Promise.all(Array.from({ length: 50 }, () => world.begin('anna')))
    const letters = ['a', 'ä', '漢', '\u{1F600}', '\u2028', '"\\\n']
    const readers = await Promise.all(sessions.map(({ id }, index) => world.say('anna', id, `${index}`)))
    const refused = await world.begin('anna')
    const more = await world.call('anna', `/${refused.id}/stream`, post('{"content":"one more"}'))
    expect((await errorOf(more)).code).toBe('RATE_LIMITED')
    const texts = new Map<string, string>()
    const reading = readers.map((reader) => reader.read())
    for (let i = 0; i < 50; i += 1) {
      const asked = await world.nextAsked()
      const name = asked.request.question
      const text = Array.from({ length: 60 }, (_, n) => `${name}.${n}${letters[n % letters.length]} `).join(
        '',
      )
      texts.set(name, text)
      // Cut between units of UTF-16, so also in the middle of a character.
      const feed = async (): Promise<void> => {
        for (let at = 0; at < text.length; at += 7) {
          asked.tell({ type: 'text', text: text.slice(at, at + 7) })
          if (at % 21 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        asked.answer(answerOf(text))
      }
      void feed()
    }
    for (const [index, frames] of (await Promise.all(reading)).entries()) {
      expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, n) => n + 1))
      expect(new Set(frames.map(({ message_id }) => message_id)).size).toBe(1)
      expect(textIn(frames)).toBe(texts.get(`${index}`))
    }
  })

  it('lasts longer than a request may', async () => {
    const world = await openChatGateway({ gateway: { request_timeout: '200ms' } })
    const { id } = await world.begin('anna')
    const saying = await world.say('anna', id, 'why?')
    const [start] = await saying.read(1)
    const following = await world.follow('anna', id, `?message_id=${start!.message_id}`)
    const asked = await world.nextAsked()
    setTimeout(() => asked.answer(answerOf('slow')), 600)
    for (const reader of [saying, following]) expect(textIn(await reader.read())).toBe('slow')
  })

  it('ends when the platform stops, so that its reader goes on elsewhere', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const reader = await world.say('anna', id, 'why?')
    await reader.read(1)
    await world.api.stop()
    await expect(reader.read()).rejects.toThrow()
  })
})

describe('waiting for a whole answer', () => {
  it('gives the message, or the fault that it met', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const sending = world.call('anna', `/${id}/messages`, post('{"content":"why?"}'))
    ;(await world.nextAsked()).answer(answerOf('So.'))
    expect(await (await sending).json()).toMatchObject({ role: 'ASSISTANT', content: 'So.' })
    const failing = world.call('anna', `/${id}/messages`, post('{"content":"why?"}'))
    ;(await world.nextAsked()).fail(new Error('secret'))
    expect((await errorOf(await failing)).code).toBe('INTERNAL')
  })
})

describe('a conversation over a WebSocket', () => {
  const auth = (who: string) => ({ type: 'auth', token: keyOf(who) })

  it('takes what is said and gives the frames, beside stop, follow and ping', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const client = world.connect(id)
    await client.send(auth('anna'))
    await client.send({ type: 'message', content: 'why?' })
    await client.said('auth_response')
    const asked = await world.nextAsked()
    asked.tell({ type: 'text', text: 'So \u{1F600}' })
    asked.answer(answerOf('So \u{1F600}.'))
    const frames = await client.frames()
    expect(textIn(frames)).toBe('So \u{1F600}.')
    await client.send({ type: 'follow', message_id: frames[0]!.message_id, after: 2 })
    expect(await client.frames()).toEqual(frames.slice(2))
    await client.send({ type: 'message', content: 'more?' })
    const second = await world.nextAsked()
    second.tell({ type: 'text', text: 'half' })
    const begun = await client.next((message) => 'seq' in message)
    await client.send({ type: 'stop', message_id: 'seq' in begun ? begun.message_id : '' })
    expect((await client.frames()).at(-1)?.event).toMatchObject({ type: 'message_complete', answer: null })
    await client.send({ type: 'ping', timestamp: 7 })
    expect(await client.said('pong')).toMatchObject({ timestamp: 7 })
    for (const wrong of ['{', '{"type":"message"}', 'x'.repeat(100)]) {
      await client.send(wrong)
      expect(await client.said('error')).toMatchObject({ code: 'INVALID_MESSAGE' })
    }
    await client.send({ type: 'follow', message_id: 'nothing' })
    expect(await client.said('error')).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('shows two who share it the same', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna', { shared: true })
    const mine = world.connect(id, { authorization: `Bearer ${keyOf('anna')}` })
    const theirs = world.connect(id)
    await theirs.send(auth('vera'))
    await mine.said('auth_response')
    await theirs.said('auth_response')
    await mine.send({ type: 'message', content: 'why?' })
    const asked = await world.nextAsked()
    const answer = world.events.at(-1)?.payload as { message_id: string }
    await theirs.send({ type: 'follow', message_id: answer.message_id })
    for (const text of ['a', 'b', 'c']) asked.tell({ type: 'text', text })
    asked.answer(answerOf('abc'))
    expect(await theirs.frames()).toEqual(await mine.frames())
    await theirs.send({ type: 'message', content: 'mine' })
    expect(await theirs.said('error')).toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it.each([
    ['a wrong key', { type: 'auth', token: 'wrong' }, 'AUTH_FAILED'],
    ['no auth message first', { type: 'message', content: 'x' }, 'AUTH_FAILED'],
    ['a conversation of somebody else', auth('ben'), 'SESSION_NOT_FOUND'],
    ['one of another tenant', auth('stranger'), 'SESSION_NOT_FOUND'],
  ])('sends away who comes with %s', async (_what, message, code) => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    const client = world.connect(id)
    await client.send(message)
    expect(await client.said('error')).toMatchObject({ code })
    expect(await client.closed).toBe(1008)
  })

  it('is not opened to a page of another origin or a wrong key, and takes no message that is too large', async () => {
    const world = await openChatGateway()
    const { id } = await world.begin('anna')
    expect(await world.connect(id, { origin: 'http://evil.example' }).refused).toBe(403)
    expect(await world.connect(id, { authorization: 'Bearer wrong' }).refused).toBe(401)
    const client = world.connect(id)
    await client.send('x'.repeat(65_537))
    expect(await client.closed).toBe(1009)
  })

  it('is over for a client that says nothing for ten seconds, or whose other side has gone', async () => {
    const clock = new ManualClock()
    const world = await openChatGateway({ clock })
    const { id } = await world.begin('anna')
    const silent = world.connect(id)
    const deaf = world.connect(id, { authorization: `Bearer ${keyOf('anna')}` })
    await deaf.said('auth_response')
    await silent.opened
    await clock.advance(10_000)
    expect(await silent.said('error')).toMatchObject({ code: 'AUTH_FAILED' })
    expect(await silent.closed).toBe(1008)
    deaf.socket.pause()
    await clock.advance(60_000)
    deaf.socket.resume()
    expect(await deaf.closed).toBe(1006)
    const stopping = world.api.stop()
    await clock.advance(2_000)
    await stopping
  })

  it('is told to slow down where it sends more than it may, and stays', async () => {
    const world = await openChatGateway({ clock: new ManualClock() })
    const { id } = await world.begin('anna')
    const client = world.connect(id, { authorization: `Bearer ${keyOf('anna')}` })
    await client.said('auth_response')
    for (let i = 0; i <= 100; i += 1) await client.send({ type: 'ping', timestamp: i })
    expect(await client.said('error')).toMatchObject({ code: 'RATE_LIMITED' })
    expect(client.socket.readyState).toBe(client.socket.OPEN)
    client.socket.terminate()
    await expect.poll(() => world.metrics.render()).toContain('aiops_chat_readers 0')
  })

  it('needs no key where none is asked for, and ends with the platform', async () => {
    const world = await openChatGateway({ keyed: false })
    const { id } = await world.begin('')
    const client = world.connect(id)
    await client.said('auth_response')
    const stopping = world.api.stop()
    expect(await client.said('disconnect')).toMatchObject({ reason: 'server_shutdown' })
    expect(await client.closed).toBe(1001)
    await stopping
  })
})

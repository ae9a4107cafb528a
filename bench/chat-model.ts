import { parentPort } from 'node:worker_threads'
import { startScriptedModel } from '../test/model/scripted-server.ts'

/** For chats.ts, in a thread of its own: a model that rewrites the finding it is given, 40 tokens of 4 characters a second, 200 ms to its first. */
const finding = { echo: 'user' as const, between: ['HEADLINE: ', '\n'] as const }
const model = await startScriptedModel('openai', {
  models: ['m'],
  rules: [
    {
      say: ['At the moment: ', finding],
      delayMs: 200,
      pieceMs: 25,
      pieceChars: 4,
    },
  ],
})
parentPort?.postMessage(model.url)

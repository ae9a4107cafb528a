/**
 * A scripted model by hand:
 * `node test/model/serve.ts --protocol openai --port 8000 [--script FILE] [--host 127.0.0.1]`.
 * It stands for a real server: `openai` is Chat Completions, as vLLM, Ollama, llama.cpp, LM Studio and Foundry Local speak it.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Script } from './script.ts'
import { type ScriptedProtocol, startScriptedModel } from './scripted-server.ts'

const { values } = parseArgs({
  options: {
    protocol: { type: 'string', default: 'openai' },
    port: { type: 'string', default: '8000' },
    host: { type: 'string', default: '127.0.0.1' },
    script: { type: 'string' },
  },
})

const fallback: Script = {
  models: ['scripted'],
  rules: [
    { say: ['I am a scripted model: I repeat what I was told to say, and know nothing.'], pieceMs: 30 },
  ],
}

const script = values.script ? (JSON.parse(readFileSync(values.script, 'utf8')) as Script) : fallback
const model = await startScriptedModel(values.protocol as ScriptedProtocol, script, {
  port: Number(values.port),
  host: values.host,
})
process.stdout.write(`Scripted model (${values.protocol}) at ${model.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.close())

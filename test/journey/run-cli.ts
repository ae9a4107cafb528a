import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))

export type Ran = { code: number | null; stdout: string; stderr: string }

/** The command line as a user runs it against a platform; `input` is what is piped in. */
export function runCli(url: string, args: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [aiops, ...args], {
      env: { ...process.env, AIOPS_URL: url, NO_COLOR: '1' },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (text) => {
      stdout += text
    })
    child.stderr.on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })
}

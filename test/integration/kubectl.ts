import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pair } from '../kubernetes/certificate.ts'

export type Answer = { stdout: string; stderr: string; exitCode: number }
export type Kubectl = {
  /** Runs it to its end, at most half a minute. */
  run(args: readonly string[], input?: string): Promise<Answer>
  /** Runs it, resolves with what it wrote once that satisfies `isEnough`, and ends it. */
  until(args: readonly string[], isEnough: (output: string) => boolean): Promise<string>
  kubeconfig: string
  close(): void
}
type Login = { token: string } | { client: Pair }

const timeoutMs = 30_000

/** An unchanged kubectl with a kubeconfig of its own, and nothing of this machine's. */
export function createKubectl(program: string, server: { url: string; ca: string }, login: Login): Kubectl {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-kubectl-'))
  const kubeconfig = join(folder, 'config')
  writeFileSync(kubeconfig, kubeconfigOf(server, login))
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: kubeconfig, TZ: 'UTC' }
  const start = (args: readonly string[]) =>
    spawn(program, [...args], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
  return {
    kubeconfig,
    run(args, input) {
      return new Promise((resolve, reject) => {
        const child = start(args)
        const [stdout, stderr]: [string[], string[]] = [[], []]
        child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
        child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
        child.stdin.on('error', () => undefined).end(input ?? '')
        const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
        child.on('error', reject)
        child.on('close', (code) => {
          clearTimeout(timer)
          resolve({ stdout: stdout.join(''), stderr: stderr.join(''), exitCode: code ?? -1 })
        })
      })
    },
    until(args, isEnough) {
      return new Promise((resolve, reject) => {
        const child = start(args)
        let output = ''
        const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
        const take = (text: string) => {
          output += text
          if (isEnough(output)) child.kill('SIGTERM')
        }
        child.stdout.setEncoding('utf8').on('data', take)
        child.stderr.setEncoding('utf8').on('data', take)
        child.on('error', reject)
        child.on('close', () => {
          clearTimeout(timer)
          if (isEnough(output)) resolve(output)
          else reject(new Error(`kubectl ${args.join(' ')} ended with:\n${output}`))
        })
      })
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** JSON is YAML too. */
export function kubeconfigOf(server: { url: string; ca: string }, login: Login): string {
  const user =
    'token' in login
      ? { token: login.token }
      : {
          'client-certificate-data': base64(login.client.cert),
          'client-key-data': base64(login.client.key),
        }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'it', cluster: { server: server.url, 'certificate-authority-data': base64(server.ca) } },
    ],
    users: [{ name: 'it', user }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it', namespace: 'team-001' } }],
    'current-context': 'it',
  })
}

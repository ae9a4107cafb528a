/** A real Chromium for journeys, where the machine has one. */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { describe } from 'vitest'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** `AIOPS_CHROMIUM` names the program; where it is set to nothing, or to what is not there, there is none. */
export function findChromium(): string | undefined {
  const named = process.env.AIOPS_CHROMIUM
  return (named === undefined ? places : [named]).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return path !== ''
  } catch {
    return false
  }
}

/**
 * `describe` for what needs a browser; without one it is skipped, and its name says why.
 * In CI (`AIOPS_SKIP_NOTHING`) it runs all the same, and fails.
 */
export function browserJourney(name: string, body: () => void): void {
  if (findChromium() || process.env.AIOPS_SKIP_NOTHING) describe(name, body)
  else describe.skip(`${name} (skipped: no Chromium found; install it or set AIOPS_CHROMIUM)`, body)
}

export type PageOptions = {
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  /** A phone or tablet: fingers instead of a pointer. */
  touch?: boolean
}

/** What a page said that a user's browser would show in red. */
export type PageProblems = string[]

/** Runs `use` on a page of a new Chromium with an empty profile, and leaves nothing of it behind. */
export async function withPage<T>(
  use: (page: Page, problems: PageProblems) => Promise<T>,
  { width = 1440, height = 900, colorScheme = 'light', touch = false }: PageOptions = {},
): Promise<T> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium found: install it or set AIOPS_CHROMIUM.')
  const profile = mkdtempSync(join(tmpdir(), 'aiops-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    viewport: { width, height },
    colorScheme,
    ...{ hasTouch: touch, isMobile: touch },
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    const problems: PageProblems = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    return await use(page, problems)
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
}

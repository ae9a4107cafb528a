import type { Forge } from './forge.ts'

/** A forge with one repository, and what others than the platform do there. */
export type ForgeRig = {
  forge: Forge
  /** A colleague's commit on top of a branch, which is made from the default branch where there is none. Gives its sha. */
  push(branch: string, files: Readonly<Record<string, string>>): Promise<string>
  /** Nobody commits to it but by a merge request from now on. */
  protect(branch: string): Promise<void>
  /** A colleague's approval of what is there now. */
  approve(number: number, login: string): Promise<void>
  /** A colleague's comment, and what it says once it was edited. */
  comment(number: number, login: string, text: string, edited?: string): Promise<void>
  /** Every note of a request, oldest first, as people see it. */
  notes(number: number): Promise<string[]>
  /** Every status of a commit, by context; only the newest of each. */
  statuses(sha: string): Promise<Record<string, { state: string; description: string }>>
  close(): Promise<void>
}

/** What the repository holds on its default branch before each test. The image is no text. */
export const forgeSeed: Readonly<Record<string, string | Uint8Array>> = {
  'README.md': '# shop\n',
  'infra/logo.png': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff, 0xfe]),
  'infra/main.tf': 'variable "size" {}\n',
  'infra/service/cart.tfvars': 'size = "m5.large" # grüße\n',
}

// The Gitea API, version 1, as a forge; Forgejo speaks it too.
export { createGiteaForge, type GiteaSettings } from './forge.ts'
export { readGiteaHook } from './hook.ts'

/** What to type to have a repository, at a branch where one is named. Names of branches are whatever somebody pushed. */
export function cloneCommand(cloneUrl: string, branch?: string): string {
  const at = branch === undefined ? '' : ` --branch=${quoted(branch)}`
  return `git clone${at} ${quoted(cloneUrl)}`
}

/** One word to a POSIX shell, whatever is in it. */
const quoted = (text: string): string =>
  /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

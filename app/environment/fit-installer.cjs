// Runs at each install. The lock file is npm's, and npm links session/ into node_modules: a copy
// there, as others make it, is TypeScript that Node refuses to run.

const agent = process.env.npm_config_user_agent || ''

if (!agent.startsWith('npm/')) {
  console.error('This project can only be installed with npm: run npm install')
  process.exit(1)
}

const [, npmsNode] = /node\/v(\S+)/.exec(agent) || []
if (Number.parseInt(npmsNode, 10) < Number.parseInt(process.versions.node, 10)) {
  console.log(
    `npm runs on Node ${npmsNode} here, and the shop on the Node ${process.versions.node} that came ` +
      'with its packages: what was said of an unsupported engine does not concern it.',
  )
}

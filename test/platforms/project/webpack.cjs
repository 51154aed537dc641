const webpack = require('webpack')

/** As for a server: Node's own modules stay, everything else is in one file. */
const config = {
  mode: 'production',
  target: 'node20.19',
  entry: './main.cjs',
  output: { path: `${__dirname}/out`, filename: 'webpack.cjs' },
  devtool: false,
  optimization: { minimize: false },
}

webpack(config, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.error(error ?? stats.toString({ all: false, errors: true }))
    process.exitCode = 1
  }
})

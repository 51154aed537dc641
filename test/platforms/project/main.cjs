const readAll = require('./read-all.cjs')

readAll(require('unified-complaints'), require('unified-complaints/pfx'), require('unified-complaints/sandbox'))

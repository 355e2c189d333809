/** An app that cannot even be loaded. */
throw new Error('it fails when it is loaded');

"""What the pages say of the code is so: links, files, names, promises, tables read off the code."""

"""Sets of simulated C.Hasil: photos with their truth, or sheets to print, of many TPS, on many processes.

asked      what a set is made of              (small; goes to any process)
selection  which TPS, forms and pages         (checked against the region)
studio     a process's own population; makes one photo or one PDF
folder     the files of a set: what is whole is kept, nothing is half-written
work       pieces of a set, page by page, and the processes that make them
cluster    the same pieces on a Dask cluster
making     the story: what is missing is made, what could not be made is told
manifest   name and digest of every file, so that shards add up
contact    a picture of many small pictures
"""
